import { describe, expect, test } from '@jest/globals';
import { writeAcknowledgement } from '../../../adapters/edi/inbound/acknowledgement.ts';
import type { QuantityChanges } from '../../../domain/masterData/partnerEvents.ts';
import { isa, mapping, open, opened, partner, textOf, trailers, wrapped } from './interchanges.ts';

describe('a 997', () => {
  const of = { interchange: '000000017', receiptAsked: null };
  const written = (groups: Parameters<typeof writeAcknowledgement>[1]['groups']): string =>
    writeAcknowledgement(partner, { of, groups }, { controlNumber: 5, at: '2026-11-23T08:15:00Z' });
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

  test('names what they sent only as far as it fits into its own elements', () => {
    const rejected = {
      ...{ setErrors: ['6', '5'] },
      errors: ['', 'PO1'].map((segment) => ({
        ...{ code: 'SEGMENT_UNKNOWN', detail: '', segment, segmentNo: 3, elementNo: null, dataElement: null },
        x12Code: '1',
      })),
    };
    const sets = [{ kind: '8500', set: 'Ä123456789', rejected }];
    const odd = { functionalId: 'PÖ?', group: 'seven', setsTold: 1_234_567_890, groupErrors: [], sets };
    expect(written([odd])).toContain('AK1*PO*0~\nAK2*850*A12345678~\nAK3*PO1*3**1~\nAK5*R*6*5~\nAK9*R*1*1*0~');
  });

  test('names no element that its own has no digits for, but the segment', () => {
    const error = { code: 'TEXT_INVALID', detail: '', segment: 'N9', segmentNo: 3, dataElement: null, x12Code: '6' };
    const rejected = { setErrors: ['5'], errors: [99, 100].map((elementNo) => ({ ...error, elementNo })) };
    expect(written([{ ...group, sets: [{ ...set, rejected }] }])).toContain('AK3*N9*3**8~\nAK4*99**6~\nAK5*R*5~');
  });

  test('may be a 999 of a later version, whose segments have other names', () => {
    const body = ['AK1*IN*12*005010', 'AK2*810*0001', 'IK3*IT1*9**8', 'IK4*2*358*6', 'IK5*R*5', 'AK9*R*1*1*0'];
    const text = wrapped(...body)
      .replace('GS*PO', 'GS*FA')
      .replace('ST*850', 'ST*999')
      .replace('X*004010', 'X*005010');
    const found = opened(text);
    expect(found.groups).toMatchObject([{ groupErrors: [], sets: [{ kind: '999', setErrors: [] }] }]);
    expect(found.acknowledgement('1.1')).toMatchObject({
      ...{ functionalId: 'IN', acknowledgedGroup: '12', status: 'R' },
      sets: [{ kind: '810', status: 'R', detail: 'IK3*IT1*9**8 IK4*2*358*6 IK5*R*5' }],
    });
  });

  test('that tells of more sets than anybody was sent is kept short', () => {
    const told = Array.from({ length: 5_000 }, (_none, at) => [`AK2*855*${at}`, 'AK5*A']).flat();
    const text = wrapped('AK1*PR*12', ...told, 'AK9*A*1*1*1')
      .replace('GS*PO', 'GS*FA')
      .replace('ST*850', 'ST*997');
    expect(opened(text).acknowledgement('1.1')?.sets).toHaveLength(200);
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
  const changeOf = (quantityChanges: QuantityChanges | null, ...body: readonly string[]) => {
    const group = 'GS*PC*NORDBUY*ACMESUPPLY*20261123*0800*17*X*004010';
    const segments = [isa, group, 'ST*860*0001', ...body, `SE*${body.length + 2}*0001`, ...trailers];
    const interchange = opened(textOf(segments));
    expect(interchange.groups).toMatchObject([{ groupErrors: [], sets: [{ kind: '860', setErrors: [] }] }]);
    const agreed = { ...partner, orders: { ...partner.orders, quantityChanges } };
    return interchange.change('1.1', { ...mapping, partner: agreed });
  };
  const change = (...body: readonly string[]) => changeOf('TOTAL', ...body);
  const changed = 'BCH*04*SA*PO-7001***20261124';

  test('adds lines, changes quantities and takes lines off', () => {
    const { body, errors, unused, placeOf } = change(
      ...[changed, 'REF*VN*X', 'POC*30*AI*10**CA*150**BP*4711', 'POC*10*QI*12**EA', 'POC*20*DI', 'POC*40*NC', 'CTT*4'],
    );
    expect([errors, unused]).toEqual([[], ['REF']]);
    expect(body).toEqual({
      ...{ customerPo: 'PO-7001', cancelAll: false, cancellations: [{ lineId: '20' }] },
      lines: [{ lineId: '30', item: 'BRG-6204', qty: '10', uom: 'BX', requestedPrice: '12.5' }],
      changes: [{ lineId: '10', qty: '12', uom: 'EA', meaning: 'MORE_TO' }],
    });
    expect(placeOf('/lines/0/item')).toMatchObject({ segment: 'POC', segmentNo: 4, elementNo: 9 });
    expect(placeOf('/changes/0/qty')).toMatchObject({ segmentNo: 5, elementNo: 3 });
    expect(placeOf('/cancellations/0/lineId')).toMatchObject({ segmentNo: 6, elementNo: 1 });
  });

  test.each([
    ['TOTAL', 'CA', 'TOTAL'],
    ['TOTAL', 'QI', 'MORE_TO'],
    ['TOTAL', 'QD', 'LESS_TO'],
    ['DIFFERENCE', 'CA', 'TOTAL'],
    ['DIFFERENCE', 'QI', 'MORE_BY'],
    ['DIFFERENCE', 'QD', 'LESS_BY'],
  ] as const)('of a partner that means %s says with %s that it is %s', (agreed, code, meaning) => {
    const { body, errors } = changeOf(agreed, changed, `POC*10*${code}*3**EA`);
    expect([errors, body.changes]).toEqual([[], [{ lineId: '10', qty: '3', uom: 'EA', meaning }]]);
  });

  test('is rejected where nobody agreed what its quantity means, but for CA', () => {
    expect(changeOf(null, changed, 'POC*10*CA*3**EA').errors).toEqual([]);
    for (const code of ['QI', 'QD'])
      expect(changeOf(null, changed, `POC*10*${code}*3**EA`).errors).toMatchObject([
        { code: 'VALUE_INVALID', segment: 'POC', elementNo: 2, dataElement: '670', x12Code: '7' },
      ]);
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
