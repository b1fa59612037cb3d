import type { Decider, Event, Refusal } from '../../domain/decider.ts';
import type { Append, AppendedTogether, NewEvent, StreamName } from '../../domain/eventLog.ts';
import type { AnsweredClaim, ClaimOfAppend, KeysTaken } from '../ports.ts';
import type { Plan } from './decideBatch.ts';

/** What a command came to, before it is durable. */
export type CameTo<E extends Event = Event> =
  | { readonly kind: 'done'; readonly events: readonly NewEvent<E>[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** A new stream that begins with a command of another one: its events before that command's, and those that follow from it. */
export type Opened<S = unknown, E extends Event = Event> = {
  readonly decider: Decider<S, never, E>;
  readonly stream: StreamName;
  /** After all of them. */
  readonly state: S;
  readonly before: readonly [NewEvent<E>, ...NewEvent<E>[]];
  readonly after: readonly NewEvent<E>[];
  /** Keys that are claimed by the append, with what is answered under them; asked for the state as it is appended, and the last revision. */
  readonly claims?: (state: S, revision: number) => readonly AnsweredClaim[];
};

/** Pure: it is asked again when the command is decided again. */
export type Opening<S, E extends Event, C extends Event> = (cameTo: CameTo<C>) => Opened<S, E>;

/** An opening whose types are forgotten. */
export type AnyOpening = (cameTo: CameTo) => Opened;

const isSome = <T>(items: readonly T[]): items is readonly [T, ...T[]] => items.length > 0;

const appendOf = (stream: StreamName, expected: Append['expected'], events: readonly NewEvent[]): readonly Append[] =>
  isSome(events) ? [{ stream, expected, events }] : [];

/** Where the appends of a batch lie in one call: what is opened, the batch's own events, what follows from them. */
type Call = {
  readonly appends: readonly Append[];
  readonly own: number | undefined;
  /** By the index of the plan: the places of its appends. */
  readonly opened: ReadonlyMap<number, readonly number[]>;
  readonly claims: readonly (ClaimOfAppend & { readonly plan: number })[];
  /** Plans for which no key may be claimed, by index: nothing may be written then. */
  readonly unclaimable: readonly number[];
};

const claimsOf = (plan: Plan): readonly AnsweredClaim[] | undefined => {
  if (plan.kind === 'append' && plan.claims !== undefined) return plan.claims(plan);
  if (plan.kind !== 'opens') return [];
  const { state, before, after, claims } = plan.opened;
  return claims?.(state, before.length + after.length - 1) ?? [];
};

const callOf = (plans: readonly Plan[], own: readonly Append[]): Call => {
  const appends: Append[] = [];
  const opened = new Map<number, number[]>();
  const opening = [...plans.entries()].flatMap(([index, plan]) =>
    plan.kind === 'opens' ? [{ index, ...plan.opened }] : [],
  );
  for (const { index, stream, before } of opening) {
    opened.set(index, [appends.length]);
    appends.push({ stream, expected: 'no-stream', events: before });
  }
  const ownPlace = appends.length;
  appends.push(...own);
  for (const { index, stream, before, after } of opening) {
    const follows = appendOf(stream, before.length - 1, after);
    if (follows.length > 0) opened.get(index)?.push(appends.length);
    appends.push(...follows);
  }
  const unclaimable: number[] = [];
  const claims = [...plans.entries()].flatMap(([plan, planned]) => {
    const made = claimsOf(planned);
    if (made === undefined) unclaimable.push(plan);
    return (made ?? []).map((claim) => ({ ...claim, plan, append: opened.get(plan)?.at(-1) ?? ownPlace }));
  });
  return { appends, own: own.length > 0 ? ownPlace : undefined, opened, claims, unclaimable };
};

export type AppendedAround = {
  /** Of the batch's own events; undefined when it has none, or when they were not written because of others. */
  readonly own: AppendedTogether | undefined;
  /** Plans whose stream is there, or whose keys cannot be claimed. None of the batch was written then. */
  readonly apart: ReadonlySet<number>;
  /** It is for their keys that they are apart: the log is where it was seen. */
  readonly isTaken: boolean;
  /** The last append of each stream that was opened, by the index of its plan. */
  readonly opened: ReadonlyMap<number, AppendedTogether>;
  /** The keys that were claimed, by the index of their plan. */
  readonly claimed: ReadonlyMap<number, readonly AnsweredClaim[]>;
};

export type AppendAll = (
  appends: readonly Append[],
  claims: readonly ClaimOfAppend[],
) => Promise<readonly AppendedTogether[] | KeysTaken>;

/** Appends a batch that opens streams, all of it or nothing. Throws as `append`. */
export const appendAround = async (
  appendAll: AppendAll,
  plans: readonly Plan[],
  own: readonly Append[],
): Promise<AppendedAround> => {
  const call = callOf(plans, own);
  const nothing = (apart: readonly number[]): AppendedAround => ({
    ...{ own: undefined, apart: new Set(apart), isTaken: true, opened: new Map(), claimed: new Map() },
  });
  if (call.unclaimable.length > 0) return nothing(call.unclaimable);
  const outcomes = await appendAll(call.appends, call.claims);
  if ('kind' in outcomes) return nothing(outcomes.claims.map((index) => call.claims[index]?.plan ?? -1));
  const isNew = (place: number): boolean => {
    const outcome = outcomes[place];
    return outcome?.kind === 'withheld' || (outcome?.kind === 'appended' && !outcome.duplicate);
  };
  const apart = new Set<number>();
  const opened = new Map<number, AppendedTogether>();
  for (const [index, places] of call.opened) {
    const last = outcomes[places.at(-1) ?? -1];
    if (!places.every(isNew)) apart.add(index);
    else if (last !== undefined) opened.set(index, last);
  }
  const claimed = Map.groupBy(call.claims, ({ plan }) => plan);
  return { own: call.own === undefined ? undefined : outcomes[call.own], apart, isTaken: false, opened, claimed };
};
