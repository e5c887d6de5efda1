import { DoctorScreen } from '../../lib/components/doctor/DoctorScreen';

export default DoctorScreen;
