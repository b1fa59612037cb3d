import { describe, expect, test } from '@jest/globals';
import { zoneOf } from '../../../adapters/edi/x12/zones.ts';
import { goldenDocument } from './documentSamples.ts';
import { opened } from './interchanges.ts';

const golden = goldenDocument('945');

/** The golden advice with one segment in the place of another; counts stay what they are. */
const changed = (from: string, to: string) => opened(golden.replace(from, to)).advice('1.1');

describe('945', () => {
  test('says what left, in which carton, with lots and serial numbers, and what did not (I-03)', () => {
    const told = opened(golden).advice('1.1');
    expect(told).toMatchObject({
      ...{ number: '000000042', reference: 'BOL-88121', node: '3PL-SOUTH', carrier: 'ABFS', errors: [] },
      shipped: { day: '2026-11-25', time: '17:45', zone: 'America/New_York' },
      tracking: ['0099887766', '1Z999AA10123456784'],
      unused: ['N1'],
    });
    const plain = { code: null, lots: [], serials: [], qualifier: 'VN', uom: 'EA', lineId: '30', status: 'CC' };
    expect(told.lines).toEqual([
      {
        ...{ lineId: '10', qualifier: 'VN', item: 'BRG-6204', status: 'CP', code: '07', asked: '70', shipped: '60' },
        ...{ uom: 'EA', lots: ['L-7'], serials: ['S-1', 'S-2'] },
        ...{ sscc: '003456789012345670', tracking: '1Z999AA10123456784' },
      },
      { ...plain, item: 'RING-1', asked: '20', shipped: '20' },
      { ...plain, item: 'GREASE-1', asked: '4', shipped: '4' },
    ]);
  });

  test.each([
    [
      'no number of ours',
      'W06*F*000000042*20261125*BOL-88121*1*PO-7001',
      'W06*F**20261125*BOL-88121',
      'W06',
      2,
      'REQUIRED',
    ],
    ['no kind of report', 'W06*F*0', 'W06**0', 'W06', 1, 'REQUIRED'],
    ['goods that came back', 'W06*F*0', 'W06*C*0', 'W06', 1, 'VALUE_INVALID'],
    ['a trial', 'W06*F*0', 'W06*K*0', 'W06', 1, 'VALUE_INVALID'],
    ['exceptions alone', 'W06*F*0', 'W06*X*0', 'W06', 1, 'VALUE_INVALID'],
    ['a day that is none', 'G62*11*20261125*8*1745*ET', 'G62*11*20261131*8*1745*ET', 'G62', 2, 'DATE_INVALID'],
    ['a time that is none', 'G62*11*20261125*8*1745*ET', 'G62*11*20261125*8*2545*ET', 'G62', 4, 'DATE_INVALID'],
    ['a zone that nobody knows', 'G62*11*20261125*8*1745*ET', 'G62*11*20261125*8*1745*QQ', 'G62', 5, 'VALUE_INVALID'],
    ['no SSCC', 'MAN*GM*003456789012345670', 'MAN*GM*003456789012345671', 'MAN', 2, 'FORMAT_INVALID'],
    ['half a piece', 'W12*CC*4*4**EA**VN*GREASE-1', 'W12*CC*4*3.5**EA**VN*GREASE-1', 'W12', 3, 'NUMERIC_FORMAT'],
    ['less than nothing', 'W12*CC*4*4**EA**VN*GREASE-1', 'W12*CC*4*-4**EA**VN*GREASE-1', 'W12', 3, 'NUMERIC_FORMAT'],
    ['no item', 'W12*CC*4*4**EA**VN*GREASE-1', 'W12*CC*4*4**EA', 'W12', 8, 'REQUIRED'],
    ['no unit', 'W12*CC*4*4**EA**VN*GREASE-1', 'W12*CC*4*4****VN*GREASE-1', 'W12', 5, 'REQUIRED'],
    ['a total that is not the sum', 'W03*84', 'W03*85', 'W03', 1, 'VALUE_INVALID'],
    ['goods of two warehouses', 'N1*ST**91*C-1001/MAIN', 'N1*WH**91*DC-EAST', 'N1', 4, 'VALUE_INVALID'],
    ['an endless name', 'W27*M*ABFS*ABF Freight', `W27*M*${'X'.repeat(500)}`, 'W27', 2, 'SIZE_INVALID'],
  ])('%s is told at its place', (_what, from, to, segment, elementNo, code) => {
    expect(changed(from, to).errors).toContainEqual(expect.objectContaining({ segment, elementNo, code }));
  });

  test('what stands in two cartons together is in none that could be named', () => {
    const told = changed('MAN*CP*1Z999AA10123456784', 'MAN*GM*00003456789012345687');
    expect(told.errors).toEqual([]);
    expect(told.lines[0]).not.toHaveProperty('sscc');
    expect(told.unused).toContain('MAN');
  });

  test('a line that names what was shipped and what is missing says how many were ordered', () => {
    const told = changed('W12*CC*4*4**EA**VN*GREASE-1', 'W12*CP**4*-2*EA**UP*012345678905');
    expect(told.lines[2]).toMatchObject({ asked: '6', shipped: '4', qualifier: 'UP', item: '012345678905' });
  });

  test('what left in the place of something else is itself, and not what was ordered', () => {
    const both = `SK*S-77${'*'.repeat(9)}VN*GREASE-1`;
    const line = 'W12*CC*4*4**EA**VN*GREASE-1';
    expect(changed(line, `W12*IS*4*4**EA**${both}`).lines[2]).toMatchObject({ qualifier: 'SK', item: 'S-77' });
    expect(changed(line, `W12*CC*4*4**EA**${both}`).lines[2]).toMatchObject({ qualifier: 'VN', item: 'GREASE-1' });
  });

  test('without a day of shipping the day of the advice counts, and without both it is not taken', () => {
    const later = golden.replace('G62*11*20261125*8*1745*ET~', 'G62*10*20261125~');
    expect(opened(later).advice('1.1').shipped).toEqual({ day: '2026-11-25', time: null, zone: null });
    const never = later.replace('*20261125*BOL', '**BOL');
    expect(opened(never).advice('1.1')).toMatchObject({
      shipped: null,
      errors: [{ segment: 'G62', code: 'REQUIRED' }],
    });
  });
});

describe('a time code', () => {
  test.each([
    ['', null],
    ['LT', null],
    ['ET', 'America/New_York'],
    ['ES', -5],
    ['AT', 'America/Anchorage'],
    ['AS', -9],
    ['TT', 'America/Halifax'],
    ['TD', -3],
    ['NS', -3.5],
    ['UT', 0],
    ['02', 2],
    ['20', -5],
    ['24', -1],
    ['27', 5.5],
    ['30', undefined],
    ['00', undefined],
    ['constructor', undefined],
  ])('"%s" is %s', (code, zone) => {
    expect(zoneOf(code)).toBe(zone);
  });
});
