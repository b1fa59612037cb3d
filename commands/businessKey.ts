import { LogUnavailable } from '../domain/eventLog.ts';
import type { Outcome } from './application.ts';
import { contentSha256 } from './canonicalJson.ts';
import { refusedAs } from './outcome.ts';
import type {
  BusinessClaim,
  ClaimedForEver,
  ClaimToMake,
  CommandContext,
  IdempotencyStore,
  Receipt,
  StoredAnswer,
} from './ports.ts';

export type BusinessKey = { readonly scope: string; readonly key: string; readonly content: unknown };
type Place = Pick<BusinessKey, 'scope' | 'key'>;

type Claims = Pick<IdempotencyStore, 'claim' | 'answer'>;

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

/**
 * Runs `work` at most once in effect for this key: the same content again is answered with the first answer, other
 * content is refused BUSINESS_KEY_REUSED. Where the append claims keys it claims this one too.
 */
export const onceForEver = async <T>(
  claims: Claims,
  businessKey: BusinessKey,
  context: CommandContext,
  work: (context: CommandContext) => Promise<Outcome<T>>,
): Promise<Outcome<T>> => {
  const { content, ...place } = businessKey;
  const claim = { ...place, fingerprint: contentSha256(content) };
  if (context.claims !== undefined) {
    const answer: ClaimToMake['answer'] = (value, receipt) => keptAnswer({ value, receipt });
    return work({ ...context, claims: [...context.claims, { ...claim, forever: true, answer }] });
  }
  const claimed = await claimForEver(claims, claim, context);
  if (claimed.kind === 'otherContent') {
    const { firstUsedAt, commandId } = claimed;
    const detail = `${businessKey.key} was used for other content before.`;
    return refusedAs('BUSINESS_KEY_REUSED', detail, { firstUsedAt, firstCommandId: commandId });
  }
  if (claimed.kind === 'answered') {
    const answer = JSON.parse(claimed.body) as { readonly value: T; readonly receipt: Receipt };
    return { kind: 'done', ...answer };
  }
  const outcome = await work({ ...context, commandId: claimed.commandId });
  if (outcome.kind === 'done') await rememberAnswer(claims, businessKey, outcome);
  return outcome;
};
