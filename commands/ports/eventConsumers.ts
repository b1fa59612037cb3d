/** A place that a consumer has acknowledged. `revision`: of its stream, when it was registered or last reset before that. */
export type Acknowledged = {
  readonly consumerId: string;
  readonly revision: number;
  readonly position: string;
  readonly place: number;
};

/** How far named consumers have come, outside of the log: each acknowledgement takes the place of the one before. Throws `LogUnavailable`. */
export type EventConsumerPlaces = {
  /** Never goes back, whatever comes late or twice, but behind a later reset. Answers with the place that it has now. */
  readonly acknowledge: (acknowledged: Acknowledged, at: string) => Promise<Acknowledged & { readonly at: string }>;
};
