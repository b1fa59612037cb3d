import { describe, expect, test } from '@jest/globals';
import { textFields } from '../../../domain/personal/declared.ts';
import type { PromotedObject } from '../../../domain/promotion/events.ts';
import { promotionDecider } from '../../../domain/promotion/promotion.ts';
import { scenarios } from '../order/scenario.ts';

const given = scenarios(promotionDecider);

const codes = (engineCode: string) => ({ bu: 'ACME', items: [{ taxCode: 'TPP', engineCode }], charges: [] });

const object = (outcome: PromotedObject['outcome'], version = 1): PromotedObject => ({
  ...{ kind: 'tax-codes', definition: codes('P1'), id: 'ACME', sourceVersion: 2, contentSha256: 'b' },
  ...{ outcome, diverged: false, differences: [] },
  replaces: outcome === 'ADDED' ? null : { version, contentSha256: outcome === 'SAME' ? 'b' : 'a' },
});

const proposal = (...objects: readonly PromotedObject[]) =>
  ({
    type: 'ProposePromotion',
    ...{ bu: 'ACME', promotionId: 'P-1', artefactSha256: 'f' },
    ...{ source: { keyId: 'k', publicKey: 'p' }, objects, reason: 'release', proposedBy: 'kim' },
  }) as const;

const application = {
  type: 'ApplyPromotion',
  ...{ approvalId: 'A-1', approvedBy: 'lee', appliedBy: 'kim' },
  versions: [{ kind: 'tax-codes', id: 'ACME', version: 2 }],
} as const;

describe('O-45 a promotion', () => {
  test('is proposed once against the same versions, and again when others are in force meanwhile', () => {
    given()
      .when(proposal(object('CHANGED')))
      .then({ type: 'PromotionProposed', data: { promotionId: 'P-1', proposedBy: 'kim' } });
    given(proposal(object('CHANGED')))
      .when(proposal(object('CHANGED')))
      .thenNothing();
    given(proposal(object('CHANGED')))
      .when(proposal(object('CHANGED', 2)))
      .then({ type: 'PromotionProposed', data: { objects: [{ replaces: { version: 2 } }] } });
  });

  test('is applied once', () => {
    given(proposal(object('CHANGED')))
      .when(application)
      .then({ type: 'PromotionApplied', data: { promotionId: 'P-1', artefactSha256: 'f', approvedBy: 'lee' } });
    given(proposal(object('CHANGED')), application)
      .when(application)
      .thenNothing();
    given().when(application).thenRefused('NOT_FOUND');
  });

  test('that is in force stays what it was when it is proposed again, until something else is in force', () => {
    const applied = [proposal(object('CHANGED')), application] as const;
    given(...applied)
      .when(proposal(object('SAME', 2)))
      .thenNothing();
    given(...applied)
      .when(proposal(object('CHANGED', 3)))
      .then({ type: 'PromotionProposed', data: {} });
  });

  test('that changes nothing needs nobody and is not applied', () => {
    given(proposal(object('SAME')))
      .when(application)
      .thenNothing();
    given(proposal(object('SAME')))
      .when(proposal(object('SAME', 2)))
      .thenNothing();
  });
});

test('what is promoted holds no text of a person: it is appended as it came', () => {
  const kinds = ['BusinessUnitDefined', 'TaxCodesPublished', 'AccountMapPublished', 'PostingRulesPublished'] as const;
  const told = [...kinds, 'LateSupplyPublished', 'CrossReferenceDefined', 'PromotionProposed', 'PromotionApplied'];
  const fields = told.flatMap((type) => Object.values((textFields as Record<string, object>)[type] ?? {}));
  expect(fields.length).toBeGreaterThan(4);
  expect(fields).not.toContain('personal');
});
