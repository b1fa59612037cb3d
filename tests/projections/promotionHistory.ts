import type { PromotionApplied, PromotionProposed } from '../../domain/promotion/events.ts';
import type { MemoryLog } from './memoryLog.ts';

/** Tax codes from another environment, proposed and applied, as often as is said. */
export const playPromotion = (log: MemoryLog, promotionId: string, times = 1): void => {
  const stream = `promotion-ACME.${promotionId}`;
  const about = { bu: 'ACME', promotionId, artefactSha256: 'f'.repeat(64) };
  const definition = { bu: 'ACME', items: [{ taxCode: 'TPP', engineCode: 'P0000001' }], charges: [] };
  const object = { kind: 'tax-codes', definition, id: 'ACME', sourceVersion: 3, contentSha256: 'b' } as const;
  for (let version = 1; version <= times; version += 1) {
    const replaces = { version, contentSha256: 'a' };
    log.append(stream, 'PromotionProposed', {
      ...about,
      source: { keyId: '0123456789abcdef', publicKey: `${'A'.repeat(43)}=` },
      objects: [{ ...object, outcome: 'CHANGED', replaces, diverged: false, differences: [] }],
      ...{ reason: 'release', proposedBy: 'jwt:pipeline' },
    } satisfies PromotionProposed['data']);
    log.append(stream, 'PromotionApplied', {
      ...about,
      ...{ approvalId: '01JD0000000000000000000003', approvedBy: 'jwt:lee', appliedBy: 'jwt:pipeline' },
      versions: [{ kind: 'tax-codes', id: 'ACME', version: version + 1 }],
    } satisfies PromotionApplied['data']);
  }
};
