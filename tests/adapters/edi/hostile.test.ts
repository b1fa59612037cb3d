import { describe, expect, test } from '@jest/globals';
import { isa as header, mapping, open, opened } from './interchanges.ts';

// What a partner, or somebody in its name, could send to break or to flood the service. What is wrong with envelopes one by one:
// `x12.test.ts`.

const isa = `${header}~`;
const gs = (number: number, id = 'PO'): string => `GS*${id}*NORDBUY*ACMESUPPLY*20261123*0800*${number}*X*004010~`;
const set = (body: string, count: number, number = '0001', kind = '850'): string =>
  `ST*${kind}*${number}~${body}SE*${count + 2}*${number}~`;
const ofSet = (body: string, count: number, kind = '850'): string =>
  `${isa}${gs(17, kind === '850' ? 'PO' : 'PC')}${set(body, count, '0001', kind)}GE*1*17~IEA*1*000000017~`;
const begin = 'BEG*00*SA*PO-7001**20261123~';

describe('a hostile interchange', () => {
  test('with as many dates as are read has the earliest kind of them, and one error for each hundred of others', () => {
    const count = 150_000;
    const { errors } = opened(ofSet(begin + 'DTM*010*20261201~'.repeat(count), count + 1)).order('1.1', mapping);
    expect(errors.map(({ segment }) => segment)).toEqual(['PO1', 'N1']);
  });

  test('with a segment of a million elements, or an element of a million characters, is read and told of shortly', () => {
    const long = 'x'.repeat(1_000_000);
    const { errors, customerPo } = opened(
      ofSet(`BEG*${long}*SA*${long}**20261123~PO1*1*${long}*EA*1*${long}*BP*4711~N9${'*'.repeat(1_000_000)}~`, 3),
    ).order('1.1', mapping);
    expect(errors.length).toBeGreaterThan(2);
    for (const { detail } of errors) expect(detail.length).toBeLessThanOrEqual(300);
    expect(customerPo?.length).toBeLessThanOrEqual(100);
    const change = opened(ofSet(`BCH*04*SA*${long}~POC*10*${long}~`, 2, '860')).change('1.1', mapping);
    for (const { detail } of change.errors) expect(detail.length).toBeLessThanOrEqual(300);
  });

  test('tells of envelopes shortly too', () => {
    const long = '9'.repeat(500_000);
    for (const text of [`${isa}IEA*${long}*${long}~`, `${isa}${gs(17)}GE*${long}*17~IEA*2*${long}~`])
      for (const { detail } of open(text) as readonly { readonly detail: string }[])
        expect(detail.length).toBeLessThanOrEqual(300);
  });

  test('of empty groups alone is answered no more than one of sets', () => {
    const groups = Array.from({ length: 1_001 }, (_none, at) => `${gs(at + 1)}GE*0*${at + 1}~`).join('');
    expect(open(`${isa}${groups}IEA*1001*000000017~`)).toMatchObject([{ code: 'SIZE_INVALID' }]);
  });

  test('with texts that nobody could store has none of them in what is told', () => {
    const text = ofSet('BEG*⟦sealed:1|x⟧*SA*⟦a⟧\u{1f600}**20261123~', 1);
    const { errors, customerPo } = opened(text).order('1.1', mapping);
    expect(errors[0]?.detail).toContain('[sealed:1|x]');
    expect(customerPo).toBe('[a]\u{1f600}');
    const half = opened(ofSet(`BEG*00*SA*${'x'.repeat(99)}\u{1f600}**20261123~`, 1)).order('1.1', mapping);
    expect(half.customerPo?.isWellFormed()).toBe(true);
  });

  test('with several groups has each of them by itself, also the one with a number that was there', () => {
    const good = (number: number) => `${gs(number)}${set(begin, 1)}GE*1*${number}~`;
    const { groups } = opened(`${isa}${good(17)}${good(18)}${good(17)}${gs(19, 'FA')}GE*0*19~IEA*4*000000017~`);
    expect(groups.map(({ group, groupErrors }) => [group, groupErrors])).toEqual([
      ...[
        ['17', []],
        ['18', []],
        ['17', ['19']],
        ['19', []],
      ],
    ]);
  });

  test('with an escape of EDIFACT, or separators of another interchange, is text and no other segment', () => {
    const { body } = opened(ofSet(`${begin}PO1*1*1*EA***BP*A?~`, 2)).order('1.1', mapping);
    expect(body.lines).toMatchObject([{ item: 'A?' }]);
    const bars = opened(ofSet(`${begin}PO1*1*1*EA***BP*A|B'C~`, 2)).order('1.1', mapping);
    expect(bars.body.lines).toMatchObject([{ item: "A|B'C" }]);
  });

  test.each(['constructor', '__proto__', 'toString'])('with %s for every word is an order of nothing known', (word) => {
    const body = `BEG*00*${word}*${word}**20261123~CUR*BY*${word}~CSH*${word}~SAC*C*D240***100~DTM*${word}*20261201~PO1*1*1*${word}*1*${word}*${word}*${word}~`;
    expect(opened(ofSet(body, 6)).order('1.1', mapping).errors.length).toBeGreaterThan(0);
    expect(
      opened(ofSet(`BCH*04*SA*${word}~POC*1*${word}*1**${word}~`, 2, '860')).change('1.1', mapping).errors,
    ).toMatchObject([{ segment: 'POC', elementNo: 2 }]);
  });
});
