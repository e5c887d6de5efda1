export default { optimizeDeps: { exclude: ['modelshelf'] } };
