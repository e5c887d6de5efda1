/** The link that leads to this screen, as a person may have got it from anywhere. */
import { useMemo } from 'react';
import type { RepositoryAddress } from '../../ai/discover/addressParts';
import { useModelHub } from '../../ai/hub/ModelHubProvider';
import { ADD_ROUTE, useNavigation } from '../ui/navigation';
import { sharedText } from './sharedText';

interface AddLink {
  /** Undefined for a link whose parameters have another form. */
  address: RepositoryAddress | undefined;
}

/** Undefined without a link; the same object until another one is followed. */
export function useAddLink(): AddLink | undefined {
  const hub = useModelHub();
  const navigation = useNavigation();
  // On a phone this screen stays below others, which have parameters of their own.
  const isShown = navigation?.path === ADD_ROUTE;
  const { repo, file } = (isShown ? navigation.parameters : undefined) ?? {};
  const text = JSON.stringify({ repo, file });
  return useMemo(() => {
    const parameters = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const isLink = Object.keys(parameters).length > 0;
    return isLink ? { address: hub.readLink(parameters) } : undefined;
  }, [hub, text]);
}

/** What was shared with the app, for the box of this screen; else `typed`. */
export function useSharedText(typed: string): string {
  const navigation = useNavigation();
  const isShown = navigation?.path === ADD_ROUTE;
  return (isShown ? sharedText(navigation.parameters) : undefined) ?? typed;
}
