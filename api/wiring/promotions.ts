import { verifyEd25519 } from '../../adapters/notary/signingKey.ts';
import { type PromotionCalls, promotionCalls } from '../../commands/promotion/calls.ts';
import { toBase64 } from '../../domain/evidence/checkpoint.ts';
import type { Config } from '../config.ts';
import type { Evidence } from './evidence.ts';
import type { WriteSide } from './writeSide.ts';

/** What this environment exported itself may come back to it: that is how an earlier state is put in force again. */
export const makePromotionCalls = (
  { promotionKeys }: Pick<Config, 'promotionKeys'>,
  { signer }: Pick<Evidence, 'signer'>,
  { executor, store, catalog, application }: WriteSide,
): PromotionCalls => {
  const keys = [...promotionKeys, ...(signer === undefined ? [] : [toBase64(signer.publicKey)])];
  return promotionCalls({
    ...{ executor, store, catalog, requireApproval: application.requireApproval },
    trust: { keys, verifySignature: verifyEd25519 },
  });
};
