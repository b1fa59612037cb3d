import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createOutboundDocuments } from '../../commands/edi/outboundDocuments.ts';
import { inboxDecider } from '../../domain/edi/inbox.ts';
import { streamName } from '../../domain/eventLog.ts';
import { receive } from './facts.ts';
import { bu, inNewUnits, submit, world } from './newUnits.ts';
import {
  beginHere,
  createPlace,
  definePartner,
  departuresOfWritten,
  made,
  partner,
  portsOf,
  textOf,
  work,
  workFrom,
} from './partnerOutbound.ts';
import { must } from './world.ts';

inNewUnits('PW');
beforeEach(beginHere);
afterEach(() => expect(departuresOfWritten()).toEqual([]));

const signal = new AbortController().signal;

/** An order of ten, and an 860 that asks for two more and for the end of a line that there is not. */
const askForMore = async () => {
  await definePartner();
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '30', 'R1');
  const { orderId } = await submit();
  await world.settle();
  const asked = { orderId, lineId: '10', qty: '12', uom: 'EA', reason: 'asked for by EDI' };
  const { changeId } = await must(world.app().changeLine(asked, world.as('channel')));
  const about = { bu, partner: 'NORDBUY', soldTo: 'C-1001', interchange: '000000017' };
  const change = { kind: 'QTY', lineId: '10', item: null, qty: '12', uom: 'EA' } as const;
  const data = {
    ...({ ...about, place: '1.1', group: '17', set: '0001', kind: '860', outcome: 'CHANGE', orderId } as const),
    ...{ customerPo: 'PO-7001', holds: [], unused: [], mappingVersion: 'NORDBUY@1' },
    changes: [
      { ...change, changeId, refusal: null },
      { ...change, kind: 'CANCEL', lineId: '99', qty: null, changeId: 'X', refusal: 'LINE_UNKNOWN' } as const,
    ],
  };
  const stream = streamName('inbox', bu, 'NORDBUY', '000000017');
  const received = { ...about, receptionId: 'R', payloadSha256: 'a', groups: [] };
  await world.executor().execute(inboxDecider, stream, { type: 'Receive', data: received }, world.as('channel'));
  const outcome = { type: 'TransactionSetTaken', data } as const;
  await world.executor().execute(inboxDecider, stream, { type: 'Record', outcome }, world.as('channel'));
  return { orderId };
};

const waitingCount = async (): Promise<number> => {
  const { rows } = await world.pool.query(`select from ops.waiting_answer where key like $1`, [`edi:${bu}.%`]);
  return rows.length;
};

describe('an answer to an 860', () => {
  test('is made when all its changes are decided', async () => {
    const { orderId } = await askForMore();
    await work();
    expect((await made()).map(({ kind }) => kind)).toEqual(['855']);
    await world.settle();
    await work();
    const [, answer] = await made();
    expect(answer).toMatchObject({ kind: '865', functionalId: 'CA', orderId, reference: 'PO-7001', controlNumber: 2 });
    expect(textOf(answer ?? { payloadSha256: '' })).toMatch(
      /BCA\*00\*AC\*PO-7001\*[\s\S]*POC\*10\*CA\*12\*\*EA\*[\s\S]*ACK\*IA\*12\*EA~[\s\S]*POC\*99\*DI\*0[\s\S]*ACK\*IR\*0/,
    );
    expect([world.problems, await waitingCount()]).toEqual([[], 0]);
  });

  test('that waits for days holds back neither the place in the log nor any other document', async () => {
    const place = createPlace(await world.log.head());
    await askForMore();
    await workFrom(place);
    expect([place.at(), await waitingCount()]).toEqual([await world.log.head(), 1]);
    await submit({ customerPo: 'PO-7002' });
    await workFrom(place);
    expect((await made()).map(({ kind, reference }) => [kind, reference])).toEqual([['855', 'PO-7001']]);
    await world.settle();
    await workFrom(place);
    expect(
      (await made())
        .map(({ kind, reference }) => [kind, reference])
        .slice(1)
        .sort(),
    ).toEqual([
      ['855', 'PO-7002'],
      ['865', 'PO-7001'],
    ]);
    expect(await waitingCount()).toBe(0);
  });

  test('is not lost when its worker is killed after the change was decided, and not made twice', async () => {
    const place = createPlace(await world.log.head());
    await askForMore();
    await workFrom(place);
    const before = place.at();
    await world.settle();
    const dying = createOutboundDocuments(
      portsOf({
        checkpoints: createPlace(before).checkpoints,
        payloads: { put: () => Promise.reject(new Error('killed')) },
      }),
    );
    await dying.step(signal);
    expect([(await made()).length, await waitingCount()]).toEqual([1, 1]);
    await workFrom(place);
    await workFrom(createPlace(before));
    expect((await made()).map(({ kind }) => kind)).toEqual(['855', '865']);
    expect(await waitingCount()).toBe(0);
  });

  test('is for nobody when the partner is sent none any more', async () => {
    const place = createPlace(await world.log.head());
    await askForMore();
    await workFrom(place);
    await must(world.app().definePartner({ ...partner(), sends: ['855'] }, world.as('admin')));
    await world.settle();
    await workFrom(place);
    expect([(await made()).map(({ kind }) => kind), await waitingCount()]).toEqual([['855'], 0]);
  });
});
