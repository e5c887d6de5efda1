/** What an answer says of itself, as every host's downloader hands it over to be judged. */
export interface AnswerHead {
  status: number;
  /** The URL that answered, after redirects. */
  url: string;
  /** `X-Linked-ETag` of a hop on the way, on hosts that see the hops. */
  linkedEtag?: string | undefined;
  /** A header's value, or undefined when it is missing or hidden from us. */
  header(name: string): string | undefined;
}
