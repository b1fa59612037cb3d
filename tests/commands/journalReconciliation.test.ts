import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { byHand, strike } from '../adapters/http/peer.ts';
import { createErpRig, type ErpRig } from './erpRig.ts';
import { eventsOf, ofType } from './facts.ts';

let rig: ErpRig;
beforeAll(async () => {
  rig = await createErpRig();
});
afterAll(() => rig.close());

describe('reconciliation of journals with the ERP', () => {
  const batchOf = async (count: number, refused: readonly number[] = []) => {
    const bu = await rig.unit();
    await rig.openBooks(bu);
    await rig.postJournals(bu, count);
    const { batchId, journalIds } = await rig.seal(bu);
    const ids = [...journalIds].sort();
    for (const index of refused)
      await strike(rig.erpUrl, {
        mode: 'refuse',
        operation: 'postJournal',
        match: ids[index] ?? '',
        code: 'PeriodLocked',
      });
    await rig.answered(bu, count);
    return { bu, batchId, ids };
  };

  test('both have the same, also where the ERP has refused one: nothing differs, and no journal is looked at', async () => {
    const { bu } = await batchOf(3, [1]);
    const asked: string[] = [];
    const pair = rig.journalsPair({
      journalsIn: async ({ batchId }) => {
        asked.push(batchId);
        return [];
      },
    });
    expect(await rig.compared(bu, pair)).toMatchObject({ state: 'COMPLETE', compared: 3, found: 0, breaks: [] });
    expect(asked).toEqual([]);
  });

  test('an acknowledgement that was lost is fetched again, recorded once, and heals', async () => {
    const { bu, batchId, ids } = await batchOf(3, [1]);
    const [, lost = ''] = ids;
    await rig.post(bu, batchId, lost, [['JE-LATE', '6.00']]);
    const found = await rig.compared(bu, rig.journalsPair());
    expect(found).toMatchObject({ state: 'COMPLETE', found: 1 });
    expect(found.breaks).toMatchObject([
      {
        ...{ state: 'HEALING', class: 'MISSING_HERE', cause: 'ACKNOWLEDGEMENT_LOST', fix: 'OUTCOMES_FETCHED' },
        ...{ object: { kind: 'journal', id: `${batchId}/${lost}` }, ours: expect.stringMatching(/^REJECTED /) },
      },
    ]);
    const healed = await rig.compared(bu, rig.journalsPair());
    expect(healed).toMatchObject({ found: 0, healed: 1, standing: 0 });
    await rig.world.settle();
    const acknowledged = ofType(await eventsOf(rig.world, bu), 'GlBatchAcknowledged').flatMap(
      ({ data }) => data.journals,
    );
    expect(acknowledged.filter(({ journalId }) => journalId === lost)).toEqual([
      { journalId: lost, erpDocument: 'JE-LATE' },
    ]);
  });

  test('S-16 what is missing there, doubled or of another amount takes a person at the second look, and is over when it is put right', async () => {
    const { bu, batchId, ids } = await batchOf(5, [4]);
    const [missing = '', doubled = '', dearer = '', , contradicted = ''] = ids;
    const before = (await rig.book.documents(bu, batchId, '', rig.signal)).documents;
    const numberOf = (journalId: string) => before.find((one) => one.journalId === journalId)?.document ?? '';
    const amount = `${Number(before[0]?.amount) / 100}.00`;
    await rig.post(bu, batchId, missing, []);
    await rig.post(bu, batchId, doubled, [
      [numberOf(doubled), amount],
      ['JE-TWICE', amount],
    ]);
    await rig.post(bu, batchId, dearer, [[numberOf(dearer), '1.00']]);
    const secret = { company: bu, batchId, journalId: contradicted, told: false };
    const document = { journalId: contradicted, documentNumber: 'JE-X', currencyCode: 'USD', debitAmount: amount };
    await byHand(rig.erpUrl, '/control/documents', { ...secret, documents: [document] });
    const causes = async () => {
      const { breaks } = await rig.compared(bu, rig.journalsPair());
      return Object.fromEntries(breaks.map((one) => [one.object.id.split('/')[1], [one.state, one.class, one.cause]]));
    };
    const early = ['HEALING', 'TIMING', 'NOT_EXPLAINED_YET'];
    expect(await causes()).toEqual({ [missing]: early, [doubled]: early, [dearer]: early, [contradicted]: early });
    expect(await causes()).toEqual({
      [missing]: ['OPEN', 'MISSING_THERE', 'DOCUMENT_MISSING'],
      [doubled]: ['OPEN', 'DUPLICATE', 'DOCUMENT_DOUBLED'],
      [dearer]: ['OPEN', 'AMOUNT', 'AMOUNTS_DIFFER'],
      [contradicted]: ['OPEN', 'STATUS', 'POSTED_THOUGH_REFUSED'],
    });
    await rig.post(bu, batchId, dearer, [[numberOf(dearer), amount]]);
    await rig.post(bu, batchId, contradicted, []);
    // Number and sum are right now: the one that is missing and the one that is too much make up for each other.
    expect(await rig.compared(bu, rig.journalsPair())).toMatchObject({ found: 0, healed: 2, standing: 2 });
    for (const journalId of [missing, doubled]) await rig.post(bu, batchId, journalId, [[numberOf(journalId), amount]]);
    expect(await rig.compared(bu, rig.journalsPair())).toMatchObject({ found: 0, healed: 2, standing: 0 });
  });

  test('a batch that the ERP does not know any more is one difference; a batch of which something is just told is left alone', async () => {
    const { bu, batchId } = await batchOf(2);
    const forgetful = { ...rig.book, batches: async () => [] };
    const pair = () => rig.journalsPair({ books: { of: () => forgetful, named: () => forgetful } });
    expect((await rig.compared(bu, pair())).breaks).toMatchObject([
      {
        ...{ object: { kind: 'gl-batch', id: batchId }, ours: '2 documents, 1200 USD', theirs: null, state: 'HEALING' },
        moneyAtRisk: { amount: '1200', currency: 'USD' },
      },
    ]);
    expect((await rig.compared(bu, pair())).breaks).toMatchObject([{ state: 'OPEN', cause: 'BATCH_UNKNOWN_THERE' }]);
    const busy = rig.journalsPair({
      batchesAfter: async () => [{ batchId, journals: 2, documents: 0, amounts: {}, isQuiet: false }],
    });
    expect(await rig.compared(bu, busy)).toMatchObject({ state: 'COMPLETE', found: 0, healed: 0, standing: 1 });
    expect(await rig.compared(bu, rig.journalsPair())).toMatchObject({ healed: 1 });
  });

  test('documents of a batch that belong to none of its journals are one difference of the batch', async () => {
    const { bu, batchId } = await batchOf(2);
    const batches: typeof rig.book.batches = async (...of) =>
      (await rig.book.batches(...of))?.map((one) => ({ ...one, documents: 3, amounts: { USD: '1700' } }));
    const more = { ...rig.book, batches };
    const pair = () => rig.journalsPair({ books: { of: () => more, named: () => more } });
    expect((await rig.compared(bu, pair())).breaks).toMatchObject([{ state: 'HEALING', class: 'TIMING' }]);
    expect((await rig.compared(bu, pair())).breaks).toMatchObject([
      {
        ...{ object: { kind: 'gl-batch', id: batchId }, state: 'OPEN', class: 'AMOUNT', cause: 'TOTALS_DIFFER' },
        ...{ ours: '2 documents, 1200 USD', theirs: '3 documents, 1700 USD', difference: '500' },
        moneyAtRisk: { amount: '500', currency: 'USD' },
      },
    ]);
    expect(await rig.compared(bu, rig.journalsPair())).toMatchObject({ found: 0, healed: 1, standing: 0 });
  });
});
