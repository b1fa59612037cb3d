import { describe, expect, test } from '@jest/globals';
import { approvalCalls } from '../../commands/calls/approvals.ts';
import { promotionCalls } from '../../commands/promotion/calls.ts';
import type { PromotionPorts } from '../../commands/promotion/propose.ts';
import { usualLateSupply } from '../../domain/availability/lateSupply.ts';
import type { EventStore } from '../../domain/eventLog.ts';
import { demoBusinessUnit, demoTaxCodes } from '../../domain/masterData/demo.ts';
import { demoAccountMap, demoPostingRules } from '../../domain/masterData/demoAccounts.ts';
import type { Artefact } from '../../domain/promotion/artefact.ts';
import type { BookDays } from '../../domain/promotion/breaks.ts';
import { artefactOf, objectOf, otherEnvironment, stranger, trustIn } from '../support/otherEnvironment.ts';
import { eventsOf, ofType } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('PRO');

const books: BookDays = { closedThrough: null, openFrom: null };

const codes = (engineCode: string) => ({ ...demoTaxCodes, bu, items: [{ taxCode: 'TPP', engineCode }] });
const map = () => ({ ...demoAccountMap, bu });
const rules = () => ({ ...demoPostingRules, bu });
const seeded = () => ({ ...demoTaxCodes, bu });

const taxCodes = (engineCode = 'NEW', madeFrom: readonly object[] = [seeded()]) =>
  objectOf({ kind: 'tax-codes', definition: codes(engineCode) }, madeFrom);
const accounts = () => objectOf({ kind: 'accounts', definition: map() });
const posting = () => objectOf({ kind: 'posting', definition: rules() });
/** Out of the order in which they speak of one another, which is nobody's business. */
const whole = () => artefactOf(bu, [posting(), accounts(), taxCodes()]);

const callsOn = (store: Pick<EventStore, 'append' | 'appendTogether'> = world.log) => {
  const executor = world.executor();
  const { requireApproval } = approvalCalls({ executor });
  const ports: PromotionPorts = {
    executor,
    store,
    catalog: world.catalog,
    requireApproval,
    trust: trustIn(otherEnvironment),
  };
  return promotionCalls(ports);
};

const propose = (artefact: Artefact, over: readonly string[] = []) =>
  callsOn().proposePromotion({ bu, artefact, over, books, reason: 'release' }, world.as('kim'));

type Named = { readonly promotionId: string; readonly artefactSha256: string };

const apply = ({ promotionId, artefactSha256 }: Named, who = 'kim', calls = callsOn(), now = books) =>
  calls.applyPromotion({ bu, promotionId, artefactSha256, books: now }, world.as(who));

/** Asks for the second person, who agrees. */
const agreeTo = async (promotion: Named) => {
  const asked = await apply(promotion);
  if (asked.kind !== 'refused' || asked.refusal.refused !== 'APPROVAL_REQUIRED') throw new Error(JSON.stringify(asked));
  const { approvalId, payloadSha256 } = asked.refusal.data as { approvalId: string; payloadSha256: string };
  const decision = { approvalId, payloadSha256, decision: 'GRANT', reason: 'looked at it' } as const;
  const decided = await approvalCalls({ executor: world.executor() }).decideApproval(
    decision,
    world.as('lee', { actor: { kind: 'USER', id: 'lee', roles: ['finance'] } }),
  );
  expect(decided).toMatchObject({ kind: 'done' });
};

const proposedAndAgreed = async (artefact: Artefact): Promise<Named> => {
  const promotion = await must(propose(artefact));
  await agreeTo(promotion);
  return promotion;
};

const promoted = async () =>
  (await eventsOf(world, bu)).filter(({ stream }) => /^(policy|promotion)-/.test(stream)).map(({ type }) => type);

const refusedAs = (refused: string, data?: object) => ({
  kind: 'refused',
  refusal: { refused, ...(data !== undefined && { data }) },
});

describe('O-45 an artefact of another environment', () => {
  test('is proposed once, agreed to by somebody else, and in force in one append with all that it holds', async () => {
    const first = await must(propose(whole()));
    expect(first).toMatchObject({
      state: 'PROPOSED',
      objects: [
        { kind: 'tax-codes', outcome: 'CHANGED', replaces: { version: 1 } },
        { kind: 'accounts', outcome: 'ADDED', replaces: null },
        { kind: 'posting', outcome: 'ADDED', replaces: null },
      ],
    });
    expect(await must(propose(whole()))).toEqual(first);
    await agreeTo(first);
    const appends: number[] = [];
    const { appendTogether = () => Promise.reject(new Error('none')) } = world.log;
    const counting = callsOn({
      ...world.log,
      appendTogether: (all) => {
        appends.push(all.length);
        return appendTogether(all);
      },
    });
    expect(await must(apply(first, 'kim', counting))).toMatchObject({
      state: 'APPLIED',
      versions: [{ version: 2 }, { version: 1 }, { version: 1 }],
    });
    expect(appends).toEqual([4]);
    const order = ['TaxCodesPublished', 'AccountMapPublished', 'PostingRulesPublished', 'PromotionApplied'];
    expect(await promoted()).toEqual(['TaxCodesPublished', 'PromotionProposed', ...order]);
    const [, published] = ofType(await eventsOf(world, bu), 'TaxCodesPublished');
    expect(published).toMatchObject({
      data: { approvalId: expect.any(String) },
      metadata: { reason: { code: 'PROMOTED' } },
    });
    expect(await must(apply(first))).toMatchObject({
      state: 'APPLIED',
      versions: [{ version: 2 }, {}, {}],
    });
    expect(await must(propose(whole()))).toMatchObject({ state: 'APPLIED', promotionId: first.promotionId });
    expect(await promoted()).toHaveLength(6);
    // What came in by an append of its own is what the ordinary command decides on from here on.
    const next = { ...codes('NEXT') };
    expect(await world.app().publishTaxCodes(next, world.as('ann'))).toMatchObject(refusedAs('APPROVAL_REQUIRED'));
  });

  test('brings a late-supply policy along, rule by rule', async () => {
    const definition = { bu, ...usualLateSupply, cushionDays: 2 };
    const made = artefactOf(bu, [objectOf({ kind: 'late-supply', definition })]);
    const promotion = await must(propose(made));
    expect(promotion.objects).toMatchObject([{ id: bu, outcome: 'ADDED', differences: expect.any(Array) }]);
    await agreeTo(promotion);
    await must(apply(promotion));
    expect(ofType(await eventsOf(world, bu), 'LateSupplyPublished')).toMatchObject([{ data: { cushionDays: 2 } }]);
  });

  test('that says what is in force already is in force, and nobody has to agree', async () => {
    const same = artefactOf(bu, [objectOf({ kind: 'tax-codes', definition: seeded() })]);
    const promotion = await must(propose(same));
    expect(promotion.state).toBe('IN_FORCE');
    expect(await must(apply(promotion))).toMatchObject({ state: 'IN_FORCE', versions: [{ version: 1 }] });
  });

  test('is refused where it was edited, or signed by nobody who is trusted', async () => {
    const good = whole();
    const [first, ...rest] = good.objects;
    const edited = { ...good, objects: [{ ...first, definition: { ...rules(), templates: ['T02'] } }, ...rest] };
    expect(await propose(edited as Artefact)).toMatchObject(refusedAs('ARTEFACT_ALTERED'));
    // What it may take the place of is in no object's own hash.
    const older = { ...good, objects: [{ ...first, ancestors: ['0'.repeat(64)] }, ...rest] };
    expect(await propose(older as Artefact)).toMatchObject(refusedAs('ARTEFACT_ALTERED'));
    const other = artefactOf(bu, [accounts()]);
    expect(await propose({ ...good, signature: other.signature })).toMatchObject(refusedAs('ARTEFACT_ALTERED'));
    const lying = artefactOf(bu, [{ ...taxCodes(), contentSha256: accounts().contentSha256 }]);
    expect(await propose(lying)).toMatchObject(refusedAs('ARTEFACT_ALTERED', { objects: [`tax-codes:${bu}`] }));
    const unknown = artefactOf(bu, [taxCodes()], stranger);
    expect(await propose(unknown)).toMatchObject(refusedAs('ARTEFACT_UNTRUSTED', { keyId: stranger.keyId }));
    expect(await promoted()).toEqual(['TaxCodesPublished']);
  });

  test('writes to no other business unit, names nothing twice, and says so of every place', async () => {
    const foreign = objectOf({ kind: 'accounts', definition: { ...map(), bu: 'ELSEWHERE' } });
    const outcome = await propose(artefactOf(bu, [foreign, taxCodes(), taxCodes()]), ['posting:X']);
    expect(outcome).toMatchObject({
      kind: 'invalid',
      violations: [{ pointer: '/artefact/objects/0/id' }, { pointer: '/artefact/objects/2' }, { pointer: '/over/0' }],
    });
  });

  test('is refused where something was changed here, which says what, and replaces it when that is meant', async () => {
    const made = artefactOf(bu, [taxCodes('NEW', [codes('NEVER HERE')]), accounts()]);
    expect(await propose(made)).toMatchObject(
      refusedAs('PROMOTION_STALE', { objects: [{ kind: 'tax-codes', id: bu, inForce: 1 }] }),
    );
    const meant = await must(propose(made, [`tax-codes:${bu}`]));
    expect(meant.objects).toMatchObject([{ kind: 'tax-codes', diverged: true }, { diverged: false }]);
  });

  test('is refused with all that it would break', async () => {
    const elsewhere = { ...map(), ledger: 'OTHER' };
    const incomplete = { ...rules(), templates: ['T03'] };
    const made = artefactOf(bu, [
      objectOf({ kind: 'accounts', definition: elsewhere }),
      objectOf({ kind: 'posting', definition: incomplete }),
      objectOf({ kind: 'cross-reference', definition: { bu, partner: 'NOBODY', kind: 'ITEM', entries: [] } }),
    ]);
    expect(await propose(made)).toMatchObject(
      refusedAs('PROMOTION_BREAKS', {
        objects: [
          { kind: 'accounts', breaks: [{ code: 'LEDGER_UNKNOWN' }] },
          { kind: 'posting', breaks: [{ code: 'TEMPLATE_INCOMPLETE' }] },
          { kind: 'cross-reference', breaks: [{ code: 'PARTNER_UNKNOWN' }] },
        ],
      }),
    );
    const preview = await callsOn().previewPromotion({ bu, artefact: made, over: [], books });
    expect(preview).toMatchObject({ kind: 'previewed', value: { objects: [{ breaks: [{}] }, {}, {}] } });
    expect(await promoted()).toEqual(['TaxCodesPublished']);
  });

  test('needs the business unit, unless it brings it along', async () => {
    const unit = `${bu}NEW`;
    const chart = objectOf({ kind: 'accounts', definition: { ...map(), bu: unit } });
    const profile = objectOf({ kind: 'business-unit', definition: { ...demoBusinessUnit, bu: unit } });
    const asked = { bu: unit, over: [], books, reason: 'release' };
    const lone = { ...asked, artefact: artefactOf(unit, [chart]) };
    expect(await callsOn().proposePromotion(lone, world.as('kim'))).toMatchObject(
      refusedAs('PROMOTION_BREAKS', { objects: [{ breaks: [{ code: 'BU_UNKNOWN' }] }] }),
    );
    const both = { ...asked, artefact: artefactOf(unit, [chart, profile]) };
    expect(await must(callsOn().proposePromotion(both, world.as('kim')))).toMatchObject({
      objects: [{ kind: 'business-unit', outcome: 'ADDED' }, { kind: 'accounts' }],
    });
  });
});

describe('between a proposal and its application', () => {
  test('somebody else publishes another version: nothing of it comes into force, and it says what changed', async () => {
    const promotion = await proposedAndAgreed(whole());
    const wanted = codes('MEANWHILE');
    const first = await world.app().publishTaxCodes(wanted, world.as('ann'));
    if (first.kind !== 'refused') throw new Error('expected to be asked');
    const { approvalId, payloadSha256 } = first.refusal.data as { approvalId: string; payloadSha256: string };
    const decision = { approvalId, payloadSha256, decision: 'GRANT', reason: 'ok' } as const;
    await must(
      world.app().decideApproval(decision, world.as('bob', { actor: { kind: 'USER', id: 'bob', roles: ['finance'] } })),
    );
    await must(world.app().publishTaxCodes(wanted, world.as('ann')));
    expect(await apply(promotion)).toMatchObject(
      refusedAs('PROMOTION_STALE', { objects: [{ kind: 'tax-codes', id: bu, proposedAgainst: 1, inForce: 2 }] }),
    );
    expect(await promoted()).toEqual(['TaxCodesPublished', 'PromotionProposed', 'TaxCodesPublished']);
  });

  test('the first open period moves to where its accounts are not active any more', async () => {
    const ended = { ...map(), accounts: map().accounts.map((one) => ({ ...one, activeTo: '2026-11-30' })) };
    const promotion = await proposedAndAgreed(artefactOf(bu, [objectOf({ kind: 'accounts', definition: ended })]));
    const later = { closedThrough: '2026-11-30', openFrom: '2026-12-01' };
    expect(await apply(promotion, 'kim', callsOn(), later)).toMatchObject(refusedAs('PROMOTION_BREAKS'));
  });

  test('O-33 whoever agreed does not apply it, and whoever proposed it does not agree', async () => {
    const promotion = await proposedAndAgreed(whole());
    expect(await apply(promotion, 'lee')).toMatchObject(refusedAs('SOD_VIOLATION'));
    expect(await apply({ ...promotion, promotionId: '01JD0000000000000000000461' })).toMatchObject(
      refusedAs('NOT_FOUND'),
    );
    expect(await apply({ ...promotion, artefactSha256: 'a' })).toMatchObject(refusedAs('PAYLOAD_CHANGED'));
  });

  test('twenty apply it at once, and it is in force once', async () => {
    const promotion = await proposedAndAgreed(whole());
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => apply(promotion)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(outcomes.map(() => 'done'));
    expect((await promoted()).filter((type) => type === 'PromotionApplied')).toHaveLength(1);
    expect(ofType(await eventsOf(world, bu), 'TaxCodesPublished')).toHaveLength(2);
  });

  test('the log has no append to several streams and the writer is killed: whoever goes on ends it', async () => {
    const promotion = await proposedAndAgreed(whole());
    let left = 2;
    const dying = callsOn({
      append: async (...append) => {
        if (left === 0) throw new Error('killed');
        left -= 1;
        return world.log.append(...append);
      },
    });
    await expect(apply(promotion, 'kim', dying)).rejects.toThrow('killed');
    expect(await promoted()).toHaveLength(4);
    const { append } = world.log;
    expect(await must(apply(promotion, 'kim', callsOn({ append })))).toMatchObject({
      versions: [{ version: 2 }, { version: 1 }, { version: 1 }],
    });
    const order = ['TaxCodesPublished', 'AccountMapPublished', 'PostingRulesPublished', 'PromotionApplied'];
    expect((await promoted()).slice(2)).toEqual(order);
  });
});
