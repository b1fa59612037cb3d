import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { writeAcknowledgement } from '../../../adapters/edi/inbound/acknowledgement.ts';
import { openInterchange } from '../../../adapters/edi/inbound/envelope.ts';
import type { OpenedInterchange, OrderMapping } from '../../../commands/ports.ts';

const partner: OrderMapping['partner'] = {
  ...{ bu: 'ACME', partner: 'NORDBUY', soldTo: 'C-1001', active: true, version: 1, usage: 'P', x12Version: '004010' },
  them: { qualifier: '01', id: '123456789', application: 'NORDBUY' },
  us: { qualifier: 'ZZ', id: 'ACMESUPPLY', application: 'ACMESUPPLY' },
  ...{ sends: [], acknowledges: true },
  orders: { channel: 'edi', shipTo: null, leadDays: null, pricesCount: true },
};
const mapping: OrderMapping = {
  ...{ partner, currency: 'USD', version: 'NORDBUY@1' },
  conversionOf: (item, uom) => (item === 'BRG-6204' && uom === 'BX' ? { num: '12', den: '1' } : undefined),
  words: {
    ITEM: new Map([['4711', 'BRG-6204']]),
    SHIP_TO: new Map([['DOCK7', 'MAIN']]),
    UOM: new Map([['CA', 'BX']]),
    CHARGE: new Map([['D240', 'FREIGHT']]),
  },
};

const isa = 'ISA*00*          *00*          *01*123456789      *ZZ*ACMESUPPLY     *261123*0800*U*00401*000000017*0*P*>';
const gs = 'GS*PO*NORDBUY*ACMESUPPLY*20261123*0800*17*X*004010';
const trailers = ['GE*1*17', 'IEA*1*000000017'];
const textOf = (segments: readonly string[]): string => segments.map((each) => `${each}~\n`).join('');
const wrapped = (...body: readonly string[]): string =>
  textOf([isa, gs, 'ST*850*0001', ...body, `SE*${body.length + 2}*0001`, ...trailers]);
const open = (text: string) => openInterchange(Buffer.from(text));
const opened = (text: string): OpenedInterchange => {
  const found = open(text);
  if (!('groups' in found)) throw new Error(JSON.stringify(found));
  return found;
};
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

describe('a 997', () => {
  const written = (groups: Parameters<typeof writeAcknowledgement>[1]): string =>
    writeAcknowledgement(partner, groups, { controlNumber: 5, at: '2026-11-23T08:15:00Z' });
  const group = { functionalId: 'PO', group: '17', setsTold: 2, groupErrors: [] };
  const set = { kind: '850', set: '0001', rejected: null };

  test('goes back to who sent, and is read again as it was meant', () => {
    const text = written([
      { ...group, sets: [set] },
      { ...group, group: '18', groupErrors: ['5'], sets: [set, set] },
    ]);
    const back = opened(text);
    expect([back.them, back.us, back.interchange]).toEqual([
      { qualifier: 'ZZ', id: 'ACMESUPPLY' },
      { qualifier: '01', id: '123456789' },
      '000000005',
    ]);
    expect(back.groups).toMatchObject([
      { functionalId: 'FA', groupErrors: [], sets: [{ setErrors: [] }, { setErrors: [] }] },
    ]);
    expect(back.acknowledgement('1.1')).toMatchObject({
      ...{ functionalId: 'PO', acknowledgedGroup: '17', status: 'A' },
      sets: [{ kind: '850', set: '0001', status: 'A' }],
    });
    expect(back.acknowledgement('1.2')).toMatchObject({ acknowledgedGroup: '18', status: 'R', sets: [] });
    expect(text).toContain('AK9*R*2*2*0*5~');
  });

  test('that says nothing of a group is none', () => {
    const text = wrapped('AK9*A*1*1*1').replace('GS*PO', 'GS*FA').replace('ST*850', 'ST*997');
    expect(opened(text).acknowledgement('1.1')).toBeUndefined();
  });
});

describe('a TA1', () => {
  const ta1 = (...segments: readonly string[]) => open(textOf([isa, ...segments, 'IEA*0*000000017']));

  test('says of an interchange that it arrived, or why it was refused, and needs no group', () => {
    const found = ta1('TA1*000000012*261123*0800*R*006', 'TA1*13*261123*0800*A*000');
    expect(found).toMatchObject({
      groups: [],
      interchangeAcknowledgements: [
        { interchange: '000000012', status: 'R', noteCode: '006' },
        { interchange: '13', status: 'A', noteCode: '000' },
      ],
    });
  });

  test.each([
    'TA1',
    'TA1*X*261123*0800*A*000',
    'TA1*12*261123*0800*B*000',
  ])('that says nothing is refused: %s', (bad) => {
    expect(ta1(bad)).toMatchObject([{ code: 'INTERCHANGE_INVALID' }]);
  });
});

describe('an 860', () => {
  const change = (...body: readonly string[]) => {
    const group = 'GS*PC*NORDBUY*ACMESUPPLY*20261123*0800*17*X*004010';
    const segments = [isa, group, 'ST*860*0001', ...body, `SE*${body.length + 2}*0001`, ...trailers];
    const interchange = opened(textOf(segments));
    expect(interchange.groups).toMatchObject([{ groupErrors: [], sets: [{ kind: '860', setErrors: [] }] }]);
    return interchange.change('1.1', mapping);
  };
  const changed = 'BCH*04*SA*PO-7001***20261124';

  test('adds lines, changes quantities and takes lines off', () => {
    const { body, errors, unused, placeOf } = change(
      ...[changed, 'REF*VN*X', 'POC*30*AI*10**CA*150**BP*4711', 'POC*10*QI*12**EA', 'POC*20*DI', 'POC*40*NC', 'CTT*4'],
    );
    expect([errors, unused]).toEqual([[], ['REF']]);
    expect(body).toEqual({
      ...{ customerPo: 'PO-7001', cancelAll: false, cancellations: [{ lineId: '20' }] },
      lines: [{ lineId: '30', item: 'BRG-6204', qty: '10', uom: 'BX', requestedPrice: '12.5' }],
      changes: [{ lineId: '10', qty: '12', uom: 'EA' }],
    });
    expect(placeOf('/lines/0/item')).toMatchObject({ segment: 'POC', segmentNo: 4, elementNo: 9 });
    expect(placeOf('/changes/0/qty')).toMatchObject({ segmentNo: 5, elementNo: 3 });
    expect(placeOf('/cancellations/0/lineId')).toMatchObject({ segmentNo: 6, elementNo: 1 });
  });

  test('cancels an order', () => {
    expect(change('BCH*01*SA*PO-7001***20261124')).toMatchObject({ errors: [], body: { cancelAll: true, lines: [] } });
  });

  test.each([
    ['a replacement', ['BCH*05*SA*PO-7001', 'POC*10*DI'], { code: 'VALUE_INVALID', segment: 'BCH', elementNo: 1 }],
    ['no number', ['BCH*04*SA', 'POC*10*DI'], { code: 'REQUIRED', elementNo: 3 }],
    ['no change', [changed], { code: 'REQUIRED', segment: 'POC' }],
    ['a change of price', [changed, 'POC*10*PC*1**EA*9'], { code: 'VALUE_INVALID', elementNo: 2, dataElement: '670' }],
    ['half a piece', [changed, 'POC*10*QD*1.5**EA'], { code: 'NUMERIC_FORMAT', elementNo: 3 }],
    ['a date', [changed, 'POC*10*DI', 'DTM*002*20261201'], { code: 'SEGMENT_UNEXPECTED', segment: 'DTM' }],
    ['a schedule', [changed, 'POC*10*DI', 'SCH*1'], { code: 'SEGMENT_UNEXPECTED', segment: 'SCH' }],
    ['lines of an order that is cancelled', ['BCH*01*SA*PO-7001', 'POC*10*DI'], { code: 'VALUE_INVALID' }],
    ['a wrong count', [changed, 'POC*10*DI', 'CTT*2'], { segment: 'CTT' }],
    ['no line', [changed, 'POC**DI'], { code: 'REQUIRED', elementNo: 1 }],
  ])('that an order here cannot follow is an error at its place: %s', (_what, body, error) => {
    expect(change(...body).errors).toMatchObject([error]);
  });
});
