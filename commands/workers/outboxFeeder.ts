import type { EventFeed, Position } from '../../domain/eventLog.ts';
import type { RecordedOf } from '../../domain/events.ts';
import { looksAnew, priorityOf } from '../../domain/orderToCash/priorities.ts';
import { partnerOf } from '../../domain/orderToCash/steps.ts';
import { toDomain } from '../codec.ts';
import { keepGoing } from '../keepGoing.ts';
import type { Checkpoints, NewOutboxItem, Outbox } from '../ports.ts';

/** Undefined: it stays inside. */
export type PartnerFor = (step: string, bu: string) => string | undefined;

export type OutboxFeederPorts = {
  readonly feed: EventFeed;
  readonly checkpoints: Pick<Checkpoints, 'read'>;
  readonly outbox: Pick<Outbox, 'store'>;
  /** The name under which whom a step calls is paused, limited and counted; absent: as the domain has it. */
  readonly partnerFor?: PartnerFor;
  readonly onError: (error: unknown, failures: number) => void;
};

const outboxCheckpoint = 'outbox';
const pageEventsMax = 1_000;

const nodeOf = ({ node }: Readonly<Record<string, unknown>>): string | null => (typeof node === 'string' ? node : null);

const itemsOf = ({ data, metadata }: RecordedOf<'IntentsIssued'>, partnerFor: PartnerFor): readonly NewOutboxItem[] => {
  const { process, key, bu, causeEventId, causePosition, correlationId } = data;
  const channel = data.channel ?? metadata.source.channel ?? null;
  return data.intents.map((intent) => ({
    ...{ ...intent, process, key, bu, causeEventId, causePosition, correlationId, channel },
    partner: partnerFor(intent.step, bu) ?? null,
    priority: priorityOf(intent.step),
    node: nodeOf(intent.payload),
    ...(looksAnew(intent.step) ? { looksAnew: true as const } : {}),
  }));
};

/**
 * Copies intents from the `pm` streams into the outbox. Rows and checkpoint move in one transaction, and an intent that
 * is there already is not stored again, so neither a kill nor a second feeder loses or repeats one. A step that looks anew
 * when it runs is stored once for all facts that come before it is taken.
 */
export const createOutboxFeeder = ({
  feed,
  checkpoints,
  outbox,
  partnerFor = partnerOf,
}: OutboxFeederPorts): (() => Promise<boolean>) => {
  /** Where the checkpoint certainly was, and how far nothing was found beyond it. */
  let known: { readonly from: Position | 'start'; readonly through: Position | 'start' } | undefined;

  const readCheckpoint = async () => {
    const from = await checkpoints.read(outboxCheckpoint);
    return { from, through: from };
  };

  return async () => {
    const { from, through } = known ?? (await readCheckpoint());
    const page = await feed.readAfter(through, pageEventsMax, { categories: ['pm'] });
    if (page.events.length === 0 || page.throughPosition === 'start') {
      known = { from, through: page.throughPosition };
      return false;
    }
    const items = page.events
      .map(toDomain)
      .filter((event) => event.type === 'IntentsIssued')
      .flatMap((event) => itemsOf(event, partnerFor));
    // A store of unknown outcome, or one that another feeder was faster than: the checkpoint has to be read.
    known = undefined;
    const stored = await outbox.store(items, { name: outboxCheckpoint, from, to: page.throughPosition });
    if (stored) known = { from: page.throughPosition, through: page.throughPosition };
    return !stored || page.events.length === pageEventsMax;
  };
};

export const runOutboxFeeder = (ports: OutboxFeederPorts, signal: AbortSignal): Promise<void> =>
  keepGoing({ step: createOutboxFeeder(ports), changed: ports.feed.changed, onError: ports.onError }, signal);
