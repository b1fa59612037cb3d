import type { Event } from '../decider.ts';

/** A partner's message or quote that could not be taken, or a document for one that could not be made. The hash is what is left of it. */
export type DiscardedMessage = {
  /** `warehouse-inbox:<system>`, `crm-quotes:<system>:<bu>` or `partner-documents`. */
  readonly consumer: string;
  /** Where it was kept, and under which name. */
  readonly laneKey: string;
  readonly item: string;
  readonly messageId: string;
  /** What it was, and why it could not be taken. */
  readonly messageKind: string;
  readonly errorClass: string;
  /** Of its text as it was kept; of one that nobody understood, of what the partner said; of a quote, of which one it is and in which state. */
  readonly contentSha256: string;
};

/** Somebody decided that these will never be taken. What waits behind them goes on. */
export type MessagesDiscarded = Event<
  'MessagesDiscarded',
  {
    readonly discardId: string;
    readonly bu: string;
    readonly reason: string;
    readonly discardedBy: string;
    readonly messages: readonly DiscardedMessage[];
  }
>;
