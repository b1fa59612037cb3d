import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { writeDocument } from '../../adapters/edi/documents/write.ts';
import { readInterchanges } from '../../adapters/edi/x12/read.ts';
import { createOutboundDocuments, type OutboundPorts } from '../../commands/edi/outboundDocuments.ts';
import { sha256OfBytes } from '../../commands/edi/payloads.ts';
import { confirm, eventsOf, ofType, receive } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import {
  beginHere,
  createPlace,
  definePartner,
  departuresOfWritten,
  made,
  numbers,
  partner,
  portsOf,
  textOf,
  work,
  workFrom,
} from './partnerOutbound.ts';
import { Killed, must } from './world.ts';

const signal = new AbortController().signal;

inNewUnits('PD');

beforeEach(beginHere);
afterEach(() => expect(departuresOfWritten()).toEqual([]));

describe('documents for EDI partners', () => {
  test('an order, its goods and its invoice become one document each, in this order, with the numbers that they carry', async () => {
    await definePartner();
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    const { orderId } = await submit();
    await world.settle();
    const [release] = await releases();
    await must(confirm(world, release?.shipmentId ?? '', orderId, 'C1', [{ lineId: '10', qty: '10' }]));
    await world.settle();
    await work();
    const documents = await made();
    expect(documents).toMatchObject([
      { kind: '855', functionalId: 'PR', controlNumber: 1, orderId, reference: 'PO-7001', acknowledgeWithinHours: 24 },
      { kind: '856', functionalId: 'SH', controlNumber: 2, orderId, reference: release?.shipmentId },
      { kind: '810', functionalId: 'IN', controlNumber: 3, orderId, reference: 'INV-000001' },
    ]);
    for (const document of documents) {
      const text = textOf(document);
      expect(sha256OfBytes(Buffer.from(text))).toBe(document.payloadSha256);
      const [interchange] = readInterchanges(text).interchanges;
      expect(interchange).toMatchObject({
        header: { controlNumber: `${document.controlNumber}`.padStart(9, '0') },
        groups: [{ header: { controlNumber: `${document.controlNumber}` }, sets: [{ id: document.kind }] }],
      });
    }
    expect(textOf(documents[0] ?? { payloadSha256: '' })).toMatch(/ACK\*IA\*10\*EA\*068\*\d{8}~/);
    // Whoever reads the log again makes nothing again.
    await work();
    expect(await made()).toEqual(documents);
    expect(world.problems).toEqual([]);
  });

  test('what is short is acknowledged as a backorder', async () => {
    await definePartner();
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '4', 'R1');
    await submit();
    await world.settle();
    await work();
    const [acknowledgement] = await made();
    expect(textOf(acknowledgement ?? { payloadSha256: '' })).toMatch(
      /BAK\*00\*AC\*[\s\S]*ACK\*IA\*4\*EA\*068\*[\s\S]*ACK\*IB\*6\*EA/,
    );
  });

  test('an order that was just accepted is acknowledged when it is sourced, or without days when that takes long', async () => {
    await definePartner();
    await submit();
    await work();
    expect(await made()).toEqual([]);
    expect(world.problems).toMatchObject([{ name: 'Later' }]);
    await work({ clock: () => '2026-11-23T15:00:15.000Z' });
    const [acknowledgement] = await made();
    expect(textOf(acknowledgement ?? { payloadSha256: '' })).toContain('ACK*IA*10*EA~');
  });

  test('nothing is made for another customer, or of what a partner does not want', async () => {
    await definePartner('C-1002');
    await submit();
    await world.settle();
    await work({
      executor: { load: () => Promise.reject(new Error('asked')), execute: () => Promise.reject(new Error('asked')) },
    });
    expect(await made()).toEqual([]);
    expect(world.problems).toEqual([]);
  });

  test('a worker that is killed before a document is recorded leaves no gap and no second document', async () => {
    await definePartner();
    await submit();
    await world.settle();
    let kills = 0;
    const real = portsOf().payloads;
    const killing: OutboundPorts['payloads'] = {
      put: async (payload) => {
        await real.put(payload);
        kills += 1;
        throw new Killed('before the document is recorded');
      },
    };
    await work({ payloads: killing, clock: () => '2026-11-23T15:00:30.000Z' });
    expect(kills).toBe(1);
    expect(await numbers()).toEqual([]);
    await work();
    expect(await numbers()).toEqual([1]);
  });

  test('two workers at once give every document one number, and every number to one document', async () => {
    await definePartner();
    for (let order = 1; order <= 6; order += 1) await submit({ customerPo: `PO-${order}` });
    await world.settle();
    await Promise.all([work(), work({ clock: () => '2026-11-23T15:01:00.000Z' }), work()]);
    const documents = await made();
    expect(documents.map(({ controlNumber }) => controlNumber)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(documents.map(({ reference }) => reference)).size).toBe(6);
    for (const document of documents) expect(textOf(document)).toContain(`*${document.controlNumber}*X*004010~`);
  });
});

describe('a document that X12 has no way to say', () => {
  /** As the writer, but for some kinds of documents. */
  const writing =
    (refused: readonly string[], error: Error = new RangeError('no place in X12')): OutboundPorts['write'] =>
    (content, envelope) => {
      if (refused.includes(content.kind)) throw error;
      return writeDocument(content, envelope);
    };
  const kinds = async () => (await made()).map(({ kind }) => kind);
  const letters = async () =>
    (
      await world.pool.query(
        `select kind, lane_key, event_type, payload_ref, detail, attempts, bu from rm.dead_letter
      where consumer = 'partner-documents' and bu = $1 order by position`,
        [bu],
      )
    ).rows;
  const retryNow = async (orderId: string, changes: Partial<OutboundPorts> = {}): Promise<void> => {
    const ports = portsOf(changes);
    await ports.unmade.hasten(`edi:${bu}.NORDBUY:${orderId}`);
    while (await createOutboundDocuments(ports).retry(signal));
  };
  const shipped = async () => {
    await definePartner();
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    const { orderId } = await submit();
    await world.settle();
    const [release] = await releases();
    await must(confirm(world, release?.shipmentId ?? '', orderId, 'C1', [{ lineId: '10', qty: '10' }]));
    await world.settle();
    return orderId;
  };

  test('is set aside for people, and holds up neither what comes after it nor the place in the log', async () => {
    const place = createPlace(await world.log.head());
    const orderId = await shipped();
    await workFrom(place, { write: writing(['855']) });
    expect([await kinds(), place.at()]).toEqual([['856', '810'], await world.log.head()]);
    expect(await letters()).toMatchObject([
      {
        ...{ kind: 'STUCK', event_type: 'OrderAccepted', lane_key: `edi:${bu}.NORDBUY:${orderId}`, bu },
        ...{ detail: 'no place in X12', attempts: 1, payload_ref: { orderId } },
      },
    ]);
    expect(world.problems).toMatchObject([{ name: 'RangeError' }]);
    // Nothing was begun of it, so nobody looks behind its beginning each time.
    const begun = ofType(await eventsOf(world, bu), 'PartnerDocumentBegun');
    expect(begun).toHaveLength(2);
  });

  test('is tried again when it is due or somebody asks for it, and made once when it can be', async () => {
    const orderId = await shipped();
    await work({ write: writing(['855', '810']) });
    await createOutboundDocuments(portsOf()).retry(signal);
    expect(await kinds()).toEqual(['856']);
    await retryNow(orderId, { write: writing(['855'], new Error('a bug')) });
    expect([await kinds(), (await letters()).map(({ detail, attempts }) => [detail, attempts])]).toEqual([
      ['856', '810'],
      [['a bug', 2]],
    ]);
    await retryNow(orderId);
    await retryNow(orderId);
    // Who reads the log again while the word is gone once more finds what was made.
    await work({ write: writing(['855', '856', '810']) });
    expect([await kinds(), await letters()]).toEqual([['856', '810', '855'], []]);
  });

  test('is nobody’s any more when its partner is told of nothing', async () => {
    const orderId = await shipped();
    await work({ write: writing(['855']) });
    const define = async (changes: object) => {
      await must(world.app().definePartner({ ...partner(), ...changes }, world.as('admin')));
      await world.catalog.ready();
      await retryNow(orderId);
    };
    // One that is not active now may be again.
    await define({ active: false });
    expect((await letters()).map(({ attempts }) => attempts)).toEqual([2]);
    await define({ sends: [] });
    expect([await kinds(), await letters()]).toEqual([['856', '810'], []]);
  });
});
