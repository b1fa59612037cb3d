import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openInterchange } from '../../../adapters/edi/inbound/envelope.ts';
import { gs, isa, mapping, open, opened, wrapped } from './interchanges.ts';

const read = (...body: readonly string[]) => opened(wrapped(...body)).order('1.1', mapping);

const begin = 'BEG*00*SA*PO-7001**20261123';
const date = 'DTM*002*20261201';
const shipTo = 'N1*ST**92*DOCK7';
const line = 'PO1*10*10*EA*12.50**BP*4711';

describe('an 850', () => {
  test('is an order in our words, and says where each part of it stands', () => {
    const segments = [
      begin,
      'CUR*BY*USD',
      date,
      shipTo,
      'SAC*C*D240***1500',
      'CSH*SC',
      line,
      'PID*F****bearing',
      'CTT*1',
    ];
    const { body, errors, unused, placeOf } = read(...segments);
    expect(errors).toEqual([]);
    expect(body).toEqual({
      ...{ bu: 'ACME', channel: 'edi', soldTo: 'C-1001', customerPo: 'PO-7001', shipTo: { id: 'MAIN' } },
      ...{ currency: 'USD', requestedDate: '2026-12-01', shipComplete: true, allowSplit: true, allowSubstitute: false },
      charges: [{ code: 'FREIGHT', amount: '1500' }],
      lines: [{ lineId: '10', item: 'BRG-6204', qty: '10', uom: 'EA', requestedPrice: '12.50' }],
    });
    expect(unused).toEqual(['PID']);
    expect(placeOf('/lines/0/item')).toEqual({ segment: 'PO1', segmentNo: 8, elementNo: 7, dataElement: '234' });
    expect(placeOf('/lines/0/uom/x')).toMatchObject({ segmentNo: 8, elementNo: 3 });
    expect(placeOf('/charges/0/amount')).toMatchObject({ segment: 'SAC', elementNo: 5 });
    expect(placeOf('/soldTo')).toEqual({ segment: 'BEG', segmentNo: 2, elementNo: null, dataElement: null });
  });

  test.each([
    [
      'PO1**010.00*CA*.5**UP*1234*VP*BELT-A42',
      { lineId: '1', item: 'BELT-A42', qty: '10', uom: 'BX', requestedPrice: '0.5' },
    ],
    ['PO1*7*3*CA*170.40**BP*4711', { lineId: '7', item: 'BRG-6204', qty: '3', uom: 'BX', requestedPrice: '14.2' }],
    ['PO1*7*3*CA*10**BP*4711', { lineId: '7', item: 'BRG-6204', qty: '3', uom: 'BX', requestedPrice: '0.833333' }],
    ['PO1*7*3*EA***VP*OURS*BP*4711', { lineId: '7', item: 'BRG-6204', qty: '3', uom: 'EA' }],
    ['PO1*7*3*EA***BP*THEIRS', { lineId: '7', item: 'THEIRS', qty: '3', uom: 'EA' }],
  ])('takes a line as %s', (text, expected) => {
    const { body, errors } = read(begin, date, shipTo, text);
    expect({ lines: body.lines, errors }).toEqual({ lines: [expected], errors: [] });
  });

  test.each([
    [[begin.replace('*00*', '*05*'), date, shipTo, line], 'BEG 1 7'],
    [[begin.replace('PO-7001', ''), date, shipTo, line], 'BEG 3 1'],
    [['BEG*00*BK*PO-7001**20261123', date, shipTo, line], 'BEG 2 7'],
    [[begin, 'CUR*BY*JPY', date, shipTo, 'SAC*C*D240***1550', line], 'SAC 5 6'],
    [[begin, shipTo, line], 'DTM null 3'],
    [[begin, 'DTM*002*20261301', shipTo, line], 'DTM 2 8'],
    [[begin, date, 'DTM*002*20261202', shipTo, line], 'DTM 2 7'],
    [[begin, date, line], 'N1 null 3'],
    [[begin, date, shipTo, 'N1*ST**92*DOCK8', line], 'N1 1 7'],
    [[begin, date, shipTo, 'SAC*A*C310***500', line], 'SAC 1 7'],
    [[begin, date, shipTo, 'SAC*C*ZZZZ***500', line], 'SAC 2 7'],
    [[begin, date, shipTo, 'CSH*N', line], 'CSH 1 7'],
    [[begin, date, shipTo, 'PO1*1*1.5*EA***BP*4711'], 'PO1 2 6'],
    [[begin, date, shipTo, 'PO1*1*1*EA*9*HP*BP*4711'], 'PO1 5 7'],
    [[begin, date, shipTo, 'PO1*1*1*EA'], 'PO1 7 1'],
    [[begin, date, shipTo, line, 'SCH*5*EA***002*20261201'], 'SCH null 2'],
    [[begin, date, shipTo, line, 'CTT*2'], 'CTT 1 7'],
    [[begin, date, shipTo], 'PO1 null 3'],
  ])('is rejected where it says what an order cannot: %j', (segments, expected) => {
    const { errors } = read(...segments);
    expect(errors.map((each) => `${each.segment} ${each.elementNo} ${each.x12Code}`)).toContain(expected);
  });
});

describe('a charge of an 850', () => {
  test.each([
    ['USD', '1500', '1500'],
    ['JPY', '150000', '1500'],
    ['KWD', '150', '1500'],
    // No currency at all: the order is refused with it.
    ['constructor', '1500', '1500'],
  ])('in %s has two implied decimals, and the minor units of its currency', (currency, told, amount) => {
    const { body, errors } = read(begin, date, shipTo, `SAC*C*D240***${told}`, `CUR*BY*${currency}`, line);
    expect([errors, body.charges]).toEqual([[], [{ code: 'FREIGHT', amount }]]);
  });
});

describe('an envelope', () => {
  test('that is wrong spoils its set or group only', () => {
    const sets = (text: string) =>
      opened(text).groups.map(({ groupErrors, sets: of }) => [groupErrors, of.map((set) => set.setErrors)]);
    const good = wrapped(begin, line);
    expect(sets(good)).toEqual([[[], [[]]]]);
    expect(sets(good.replace('SE*4', 'SE*9'))).toEqual([[[], [['4']]]]);
    expect(sets(good.replace('*0001~\nGE', '*0002~\nGE'))).toEqual([[[], [['3']]]]);
    expect(sets(good.replace('GE*1*17', 'GE*2*17'))).toEqual([[['5'], [[]]]]);
    expect(sets(good.replace('GE*1*17', 'GE*1*18'))).toEqual([[['4'], [[]]]]);
    expect(sets(good.replace('GS*PO', 'GS*IN'))).toEqual([[['1'], [['1']]]]);
    expect(sets(good.replace('ST*850', 'ST*860'))).toEqual([[[], [['1']]]]);
    expect(sets(good.replace('SE*4*0001~\n', ''))).toEqual([[[], [['2']]]]);
  });

  test('with other separators is read alike, and Latin-1 is', () => {
    const other = wrapped(begin, date, shipTo, line).replaceAll('*', '|').replaceAll('~\n', '\n');
    expect(opened(other).order('1.1', mapping).body).toEqual(read(begin, date, shipTo, line).body);
    const latin = Buffer.from(wrapped('BEG*00*SA*Größe**20261123', line), 'latin1');
    const found = openInterchange(latin);
    expect('groups' in found && found.order('1.1', mapping).customerPo).toBe('Größe');
  });

  test('no text makes it throw or take long: it is opened, or told what is wrong', () => {
    const good = wrapped(begin, date, shipTo, line);
    const spoiled = fc
      .tuple(
        fc.nat(good.length),
        fc.nat(30),
        fc.oneof(fc.string(), fc.constantFrom('~', '*', isa, 'IEA*1*1~', '\u0000')),
      )
      .map(([at, cut, text]) => good.slice(0, at) + text + good.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(spoiled, fc.string()), (text) => {
        const found = open(text);
        if (!('groups' in found)) return expect(found.length).toBeGreaterThan(0);
        for (const [group, { sets }] of found.groups.entries())
          for (const set of sets.keys()) found.order(`${group + 1}.${set + 1}`, mapping);
        return undefined;
      }),
    );
    const million = `${isa}~${gs}~ST*850*1~${'N9*X~'.repeat(200_000)}`;
    expect(open(million)).toMatchObject([{ code: 'SIZE_INVALID' }]);
    const sets = Array.from({ length: 1_001 }, (_none, at) => `ST*850*${at}~SE*2*${at}~`).join('');
    expect(open(`${isa}~${gs}~${sets}GE*1001*17~IEA*1*17~`)).toMatchObject([{ code: 'SIZE_INVALID' }]);
  });
});
