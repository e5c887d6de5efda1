/** The head of an HTTP answer, in the form in which every host's downloader passes it on for checking. */
export interface AnswerHead {
  status: number;
  /** The URL that answered, after redirects. */
  url: string;
  /** `X-Linked-ETag` of a redirect on the way, on hosts that can see the redirects. */
  linkedEtag?: string | undefined;
  /** A header's value, or undefined when it is missing or the host doesn't expose it. */
  header(name: string): string | undefined;
}
