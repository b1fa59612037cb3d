import type { Appended, AppendedTogether } from '../../domain/eventLog.ts';
import type { SealDecided } from '../personal/sealDecided.ts';
import { type Decided, decideBatch, isTogether, type Plan } from './decideBatch.ts';
import type { Horizon } from './horizon.ts';
import { advance, type Loaded } from './loadedStream.ts';
import type { StreamReader } from './readStream.ts';
import { settle, type Waiting } from './settle.ts';
import type { createStreamAppends, Known } from './streamAppends.ts';
import type { createStreamCache } from './streamCache.ts';

/** What deciding and appending takes. */
export type Writing = {
  readonly store: StreamReader;
  readonly cache: ReturnType<typeof createStreamCache>;
  readonly horizon: Horizon;
  readonly appends: ReturnType<typeof createStreamAppends>;
  readonly seal: SealDecided;
};

/** Commands that wait for one stream, and what is decided of them. */
type Batch = { readonly waiting: readonly Waiting[]; readonly known: Known; readonly decided: Decided };

/** Those that are still to be settled, or 'again' when the stream must be read first. */
export type Left = readonly Waiting[] | 'again';

/** Takes in what was written, and answers. Those that were not decided yet are left. */
const settleAll = async (
  { store, cache }: Writing,
  { waiting, known: { stream, loaded }, decided: { events, state } }: Batch,
  plans: readonly Plan[],
  own: Appended | undefined,
): Promise<readonly Waiting[]> => {
  if (own !== undefined) {
    advance(loaded, state, events, own);
    cache.keep(stream, loaded);
  }
  for (const plan of plans)
    if (plan.kind === 'opens' && plan.written !== undefined) cache.opened(plan.opened, plan.written);
  await Promise.all(plans.map((plan, index) => settle(store, waiting[index] as Waiting, plan, loaded)));
  return waiting.slice(plans.length);
};

/**
 * The very events were in the log before, perhaps long ago and with others after them: what lies there is the answer.
 * What was decided beside them is decided again.
 */
const settleRepeated = async (
  { store, cache }: Writing,
  { waiting: batch, decided: { plans } }: Batch,
  { revision, position, recordedAt }: Appended,
): Promise<readonly Waiting[]> => {
  const [{ decider, stream }] = batch as [Waiting];
  cache.drop(stream);
  const { loaded: later } = await cache.load(decider, stream, 'read');
  const size = plans.reduce((sum, plan) => sum + (plan.kind === 'append' ? plan.events.length : 0), 0);
  const undecided: Waiting[] = [];
  let from = revision - size + 1;
  for (const [index, waiting] of batch.entries()) {
    const plan = plans[index];
    if (plan?.kind !== 'append') {
      undecided.push(waiting);
      continue;
    }
    const to = from + plan.events.length - 1;
    const done = { from, to, position, recordedAt };
    await settle(store, waiting, { kind: 'known', done, state: later.state }, later);
    from = to + 1;
  }
  return undecided;
};

/**
 * Appends what was decided together with the streams that it opens and the keys that it claims. Plans of streams that are there already, and of keys
 * that are taken, which only what is repeated meets, are settled as `apart`; nothing was written then, and the others
 * are decided again.
 */
const appendWithOpened = async (
  { store, cache, appends }: Writing,
  { waiting: batch, known, decided }: Batch,
): Promise<{ readonly own: AppendedTogether | undefined; readonly plans: readonly Plan[] } | readonly Waiting[]> => {
  const { own, apart, isTaken, opened, claimed } = await appends.appendAroundOpened(known, decided);
  const isRepeated = own?.kind === 'appended' && own.duplicate;
  if (own?.kind === 'conflict' || (apart.size === 0 && !isRepeated)) {
    const plans = decided.plans.map((plan, index): Plan => {
      const written = opened.get(index);
      const claims = claimed.get(index) ?? [];
      if (plan.kind === 'append' && plan.claims !== undefined) return { ...plan, claimed: claims };
      return plan.kind === 'opens' && written?.kind === 'appended' ? { ...plan, written, claimed: claims } : plan;
    });
    return { own, plans };
  }
  if (!isTaken) cache.drop(known.stream);
  const isApart = (index: number): boolean => {
    const plan = decided.plans[index];
    return apart.has(index) || (isRepeated && plan !== undefined && isTogether(plan));
  };
  for (const [index, waiting] of batch.entries())
    if (isApart(index)) await settle(store, waiting, { kind: 'apart' }, known.loaded);
  return batch.filter((_waiting, index) => !isApart(index));
};

const attemptTogether = async (writing: Writing, batch: Batch): Promise<Left> => {
  const { cache } = writing;
  const streams = batch.decided.plans.flatMap((plan) => (plan.kind === 'opens' ? [plan.opened.stream] : []));
  const attended = streams.filter(cache.attendNew);
  try {
    const done = await appendWithOpened(writing, batch);
    if (!('plans' in done)) return done;
    const { own, plans } = done;
    if (own?.kind === 'conflict') return 'again';
    if (own !== undefined && own.kind !== 'appended') throw new Error('an event id belongs to another event');
    return await settleAll(writing, batch, plans, own);
  } finally {
    for (const stream of attended) cache.leave(stream);
  }
};

/** Does what is held of the stream say all that this request may be answered from? */
const suffices = (
  { cache, horizon }: Writing,
  { stream, request: { atLeast } }: Waiting,
  { position }: Loaded,
): boolean => atLeast !== undefined && (atLeast <= position || (cache.isCurrent(stream) && horizon.isPast(atLeast)));

/**
 * One attempt at what waits for one stream. An answer without an append is given only from a state that was just read, or
 * that is as new as everybody asked for: a cached one may be older than the log.
 */
export const attempt = async (writing: Writing, waiting: readonly Waiting[], wantFresh: boolean): Promise<Left> => {
  const { cache, seal, appends } = writing;
  const [{ decider, stream }] = waiting as [Waiting];
  const isNew = waiting.every(({ request }) => request.isNew);
  const { loaded, fresh } = await cache.load(decider, stream, wantFresh ? 'read' : isNew ? 'assume' : 'known');
  const isAssumed = isNew && loaded.revision === -1;
  const isEnough = (one: Waiting): boolean =>
    fresh || suffices(writing, one, loaded) || (isAssumed && one.request.kind === 'load');
  if (!waiting.every((one) => one.request.kind !== 'load' || isEnough(one))) return 'again';
  const known = { stream, loaded };
  const requests = waiting.map((one) => one.request);
  const decided = await seal(decider, loaded.state, decideBatch(decider, stream, loaded, requests));
  const batch = { waiting, known, decided };
  if (decided.events.length === 0 && !waiting.every(isEnough)) return 'again';
  if (decided.plans.some(isTogether)) return attemptTogether(writing, batch);
  if (decided.events.length === 0) return settleAll(writing, batch, decided.plans, undefined);
  const appended = await appends.append(known, decided);
  if (appended.kind === 'conflict') return 'again';
  if (appended.duplicate) return settleRepeated(writing, batch, appended);
  return settleAll(writing, batch, decided.plans, appended);
};
