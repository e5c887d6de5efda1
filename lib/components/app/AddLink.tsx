/** Where `modelshelf://add?repo=…` leads on a phone: to the screen that reads the rest of the link. */
import { Redirect, useLocalSearchParams } from 'expo-router';
import { ADD_ROUTE } from '../ui/navigation';

export function AddLink() {
  const params = useLocalSearchParams();
  return <Redirect href={{ pathname: ADD_ROUTE, params }} />;
}
