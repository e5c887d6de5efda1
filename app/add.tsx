import { AddLink } from '../lib/components/app/AddLink';

export default AddLink;
