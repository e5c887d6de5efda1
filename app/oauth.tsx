import { SignInReturn } from '../lib/components/settings/SignInReturn';

export default SignInReturn;
