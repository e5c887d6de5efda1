/** Where `modelshelf://add?repo=…` leads on a phone: to the screen that reads the rest of the link. */
import { Redirect, useLocalSearchParams } from 'expo-router';

export function AddLink() {
  const params = useLocalSearchParams();
  return <Redirect href={{ pathname: '/settings/models/add', params }} />;
}
