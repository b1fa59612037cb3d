import { type Event, isRefusal } from '../../domain/decider.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import type { Outcome } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut, isKeyTaken, type Work } from '../carryOut.ts';
import type { Done, Executor, LoadOptions } from '../handle.ts';
import { done, refused, refusedAs, revisionMismatch } from '../outcome.ts';
import type {
  BusinessClaim,
  ClaimedForEver,
  ClaimToMake,
  CommandContext,
  IdempotencyStore,
  Receipt,
  StoredAnswer,
} from '../ports.ts';
import type { AppPorts } from './callPorts.ts';

export type BusinessKey = { readonly scope: string; readonly key: string; readonly content: unknown };
/** Of what came to a place or was adjusted there, whichever call told of it. */
export const movementKey = (bu: string, reference: string): Pick<BusinessKey, 'scope' | 'key'> => ({
  scope: `business:stock-movement:${bu}`,
  key: reference,
});

type Place = Pick<BusinessKey, 'scope' | 'key'>;

type Claims = Pick<IdempotencyStore, 'claim' | 'answer'>;
type Ports = Pick<AppPorts, 'executor' | 'claims'>;

/**
 * `ours`: nobody used the key with other content; run under `commandId`, which is the first attempt's when there was one,
 * so that an attempt that died after its append is found again. No lease: two attempts at once have one command id.
 */
export type Claimed =
  | { readonly kind: 'ours'; readonly commandId: string }
  | { readonly kind: 'answered'; readonly commandId: string; readonly body: string }
  | { readonly kind: 'otherContent'; readonly commandId: string; readonly firstUsedAt: string };

const claimedOf = (claim: ClaimedForEver): Claimed => {
  switch (claim.kind) {
    case 'claimed':
      return { kind: 'ours', commandId: claim.commandId };
    case 'answered':
      return { kind: 'answered', commandId: claim.commandId, body: claim.answer.body };
    case 'reused':
      return { kind: 'otherContent', commandId: claim.commandId, firstUsedAt: claim.firstUsedAt };
  }
};

/** Claims a business key for ever (spec 4.10), unless it was claimed together with the request's key. Throws `LogUnavailable`. */
export const claimForEver = async (
  claims: Claims,
  { scope, key, fingerprint }: BusinessClaim,
  { commandId, businessKey }: Pick<CommandContext, 'commandId' | 'businessKey'>,
): Promise<Claimed> => {
  if (businessKey !== undefined) return claimedOf(businessKey);
  const claim = await claims.claim({ scope, key, fingerprint, commandId, leaseMs: 0, forever: true });
  if (claim.kind !== 'running') return claimedOf(claim);
  throw new LogUnavailable(`${scope} ${key} is being claimed`, { retryAfterSeconds: claim.retryAfterSeconds });
};

/** What is kept under a business key. */
export const keptAnswer = (answer: {
  readonly value: unknown;
  readonly receipt: Receipt;
}): Omit<StoredAnswer, 'position'> => ({ status: 200, headers: {}, body: JSON.stringify(answer) });

/** Remembers the answer, so that the key is answered without looking at the stream. */
export const rememberAnswer = (
  claims: Claims,
  { scope, key }: Place,
  answer: { readonly value: unknown; readonly receipt: Receipt },
): Promise<void> => claims.answer(scope, key, { ...keptAnswer(answer), position: answer.receipt.position });

/** Refused by what is known of the stream. A state that is held here may be old, so only one that was just read says no. */
const foreseen = async <S, C, E extends Event>(
  { load }: Pick<Executor, 'load'>,
  { decider, stream, command, ifMatch }: Work<S, C, E>,
): Promise<Outcome<never> | undefined> => {
  const refusalFrom = async (options: LoadOptions): Promise<Outcome<never> | undefined> => {
    const { state, revision } = await load(decider, stream, options);
    if (ifMatch !== undefined && ifMatch !== revision) return revisionMismatch(revision);
    const decision = decider.decide(command, state);
    return isRefusal(decision) ? refused(decision) : undefined;
  };
  return (await refusalFrom({ atLeast: '' })) === undefined ? undefined : refusalFrom({});
};

/**
 * Carries out `work` at most once in effect for this key: the same content again is answered with the first answer, other
 * content is refused BUSINESS_KEY_REUSED. Only what is accepted keeps the key: the append claims it, and a refusal leaves
 * it as it is, so that the corrected request may use it. On a log that cannot claim, the key is claimed when the state
 * allows the command; what another instance writes between that look and the append may still refuse it then.
 */
export const onceForEver = async <T extends object, S, C, E extends Event>(
  { executor, claims }: Ports,
  { content, scope, key }: BusinessKey,
  work: Work<S, C, E>,
  context: CommandContext,
  toValue: (done: Done<S, E>) => T,
): Promise<Outcome<T>> => {
  const claim = { scope, key, fingerprint: contentSha256(content) };
  const answer: ClaimToMake['answer'] = (value, receipt) => keptAnswer({ value, receipt });
  const carryOutClaiming = (others: readonly ClaimToMake[]): Promise<Outcome<T>> =>
    carryOut(executor, work, { ...context, claims: [...others, { ...claim, forever: true, answer }] }, toValue);
  if (context.claims !== undefined) return carryOutClaiming(context.claims);
  const canClaim = executor.executeClaiming !== undefined;
  const first = canClaim ? await carryOutClaiming([]) : await foreseen(executor, work);
  if (first?.kind === 'done' && first.stored !== undefined) return done(first.value, first.receipt);
  // What was done under this key may be why it cannot be done now. Its events came with the key, or after it.
  const isRefused = first !== undefined && first.kind !== 'done' && !isKeyTaken(first);
  if (isRefused && (await claims.held(scope, key)) === undefined) return first;
  const claimed = await claimForEver(claims, claim, context);
  if (claimed.kind === 'otherContent') {
    const { firstUsedAt, commandId } = claimed;
    const detail = `${key} was used for other content before.`;
    return refusedAs('BUSINESS_KEY_REUSED', detail, { firstUsedAt, firstCommandId: commandId });
  }
  if (claimed.kind === 'answered') {
    const kept = JSON.parse(claimed.body) as { readonly value: T; readonly receipt: Receipt };
    return { kind: 'done', ...kept };
  }
  const outcome = await carryOut(executor, work, { ...context, commandId: claimed.commandId }, toValue);
  if (outcome.kind === 'done') await rememberAnswer(claims, { scope, key }, outcome);
  return outcome;
};
