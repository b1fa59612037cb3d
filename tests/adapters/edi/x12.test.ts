import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Delimiters, Element, Interchange } from '../../../adapters/edi/x12/interchange.ts';
import { segment, textAt } from '../../../adapters/edi/x12/interchange.ts';
import { readInterchanges } from '../../../adapters/edi/x12/read.ts';
import { isHarmless } from '../../../adapters/edi/x12/violations.ts';
import { usualDelimiters, writeInterchange } from '../../../adapters/edi/x12/write.ts';

const header: Interchange['header'] = {
  ...{ authorisationQualifier: '00', authorisation: '', securityQualifier: '00', security: '' },
  ...{ senderQualifier: 'ZZ', sender: 'BUYER', receiverQualifier: '01', receiver: '123456789' },
  ...{ date: '261103', time: '0812', standard: 'U', version: '00401', controlNumber: '000000042' },
  ...{ acknowledgementRequested: '0', usage: 'P' },
};

const groupHeader = (controlNumber: string) => ({
  ...{ functionalId: 'PO', sender: 'BUYER', receiver: 'ACME', date: '20261103', time: '0812', controlNumber },
  ...{ agency: 'X', version: '004010' },
});

const set = (controlNumber: string, ...elements: readonly Element[]) => ({
  ...{ id: '850', controlNumber, implementation: null },
  segments: [segment('BEG', '00', 'SA', 'PO-7001', undefined, '20261103'), segment('MSG', ...elements)],
});

const interchange: Interchange = {
  ...{ delimiters: usualDelimiters, header, acknowledgements: [] },
  groups: [{ header: groupHeader('7'), sets: [set('0001', 'Dock 4'), set('0002', ['a', 'b'])] }],
};

const text = `ISA*00*          *00*          *ZZ*BUYER          *01*123456789      *261103*0812*U*00401*000000042*0*P*>~
GS*PO*BUYER*ACME*20261103*0812*7*X*004010~
ST*850*0001~
BEG*00*SA*PO-7001**20261103~
MSG*Dock 4~
SE*4*0001~
ST*850*0002~
BEG*00*SA*PO-7001**20261103~
MSG*a>b~
SE*4*0002~
GE*2*7~
IEA*1*000000042~
`;

/** Everything that is told of a text, wherever it belongs to. */
const toldOf = (given: string, limits?: Parameters<typeof readInterchanges>[1]) => {
  const { interchanges, violations } = readInterchanges(given, limits);
  const inside = interchanges.flatMap((one) => [
    ...one.violations,
    ...one.groups.flatMap((group) => [...group.violations, ...group.sets.flatMap((each) => each.violations)]),
  ]);
  return [...violations, ...inside].map(({ kind, segmentNumber, element }) => [kind, segmentNumber, element]);
};

const contentOf = (given: string): readonly Interchange[] =>
  readInterchanges(given).interchanges.map(({ delimiters, header: isa, acknowledgements, groups }) => ({
    ...{ delimiters, header: isa, acknowledgements },
    groups: groups.map((group) => ({
      header: group.header,
      sets: group.sets.map(({ id, controlNumber, implementation, segments }) => ({
        ...{ id, controlNumber, implementation, segments },
      })),
    })),
  }));

describe('X12', () => {
  test('an interchange is written with its widths, numbers and counts', () => {
    expect(writeInterchange(interchange)).toBe(text);
    expect(text.indexOf('~')).toBe(105);
  });

  test('and is read as it was written', () => {
    expect(contentOf(text)).toEqual([interchange]);
    expect(toldOf(text)).toEqual([]);
  });

  test('every set knows where it stands, and every group how many sets its sender counted', () => {
    const [group] = readInterchanges(text).interchanges[0]?.groups ?? [];
    expect(group).toMatchObject({ segmentNumber: 2, setsTold: 2, sets: [{ segmentNumber: 3 }, { segmentNumber: 7 }] });
  });

  const spoilt: readonly (readonly [string, string, readonly (readonly unknown[])[]])[] = [
    ['a wrong count of segments', text.replace('SE*4*0002', 'SE*5*0002'), [['SEGMENT_COUNT', 10, 1]]],
    ['no count of segments', text.replace('SE*4*0002', 'SE**0002'), [['SEGMENT_COUNT', 10, 1]]],
    ['another set in SE', text.replace('SE*4*0002', 'SE*4*0003'), [['SET_CONTROL_NUMBER', 10, 2]]],
    ['a wrong count of sets', text.replace('GE*2', 'GE*3'), [['SET_COUNT', 11, 1]]],
    ['another group in GE', text.replace('GE*2*7', 'GE*2*8'), [['GROUP_CONTROL_NUMBER', 11, 2]]],
    ['a wrong count of groups', text.replace('IEA*1', 'IEA*2'), [['GROUP_COUNT', 12, 1]]],
    [
      'another interchange in IEA',
      text.replace('IEA*1*000000042', 'IEA*1*000000043'),
      [['INTERCHANGE_CONTROL_NUMBER', 12, 2]],
    ],
    ['a set without SE', text.replace('SE*4*0001~\n', ''), [['SET_TRAILER_MISSING', 6, null]]],
    ['a group without GE', text.replace('GE*2*7~\n', ''), [['GROUP_TRAILER_MISSING', 11, null]]],
    ['no IEA', text.replace('IEA*1*000000042~\n', ''), [['INTERCHANGE_TRAILER_MISSING', 12, null]]],
    ['the same set twice', text.replaceAll('0002', '0001'), [['CONTROL_NUMBER_REPEATED', 7, 2]]],
    ['a segment between sets', text.replace('ST*850*0002', 'N1*ST~\nST*850*0002'), [['SEGMENT_MISPLACED', 7, null]]],
    ['an empty segment', text.replace('MSG*Dock 4~', '~'), [['SEGMENT_EMPTY', 5, null]]],
    ['a segment that is none', text.replace('MSG*Dock 4', 'msg*Dock 4'), [['SEGMENT_ID', 5, null]]],
    ['a control character', text.replace('Dock 4', 'Dock\u00004'), [['CHARACTER', 5, 1]]],
    [
      'no number of the group',
      text.replace('0812*7*X', '0812**X'),
      [
        ['GROUP_HEADER_INCOMPLETE', 2, 6],
        ['GROUP_CONTROL_NUMBER', 11, 2],
      ],
    ],
    [
      'no number of a set',
      text.replace('ST*850*0002', 'ST*850'),
      [
        ['SET_HEADER_INCOMPLETE', 7, 2],
        ['SET_CONTROL_NUMBER', 10, 2],
      ],
    ],
    ['an ISA that is not filled up', text.replace('BUYER          ', 'BUYER'), [['ISA_WIDTH', 1, 6]]],
    ['an ISA without elements', 'ISA*00*~', [['ISA_UNREADABLE', 1, null]]],
    ['a letter as terminator', text.replaceAll('~', 'X'), [['ISA_UNREADABLE', 1, null]]],
    ['one separator for two purposes', text.replace('*>~', '**~'), [['ISA_UNREADABLE', 1, null]]],
    ['something else', '{"order": 1}', [['TEXT_OUTSIDE_INTERCHANGE', 1, null]]],
    ['nothing', ' \n', [['TEXT_OUTSIDE_INTERCHANGE', 1, null]]],
    ['something behind its end', `${text}N1*ST~`, [['TEXT_OUTSIDE_INTERCHANGE', 1, null]]],
  ];

  test.each(spoilt)('%s is told with its place', (_, given, told) => {
    expect(toldOf(given)).toEqual(told);
  });

  test('what is wrong with one set leaves the other as it is', () => {
    const given = text.replace('SE*4*0001', 'SE*9*0001');
    const sets = readInterchanges(given).interchanges[0]?.groups[0]?.sets ?? [];
    expect(sets.map(({ violations }) => violations.map(({ numberInSet, kind }) => [kind, numberInSet]))).toEqual([
      [['SEGMENT_COUNT', 4]],
      [],
    ]);
  });

  test.each([
    [
      'a byte-order mark, line breaks of Windows and an end-of-file mark',
      `\ufeff${text.replaceAll('\n', '\r\n')}\u001a`,
    ],
    ['no line breaks', text.replaceAll('\n', '')],
    ['indentation', text.replaceAll('\n', '\n   ')],
    ['lines of 20 characters', text.replaceAll('\n', '').replace(/(?<=^.{106}.*)(.{20})/g, '$1\r\n')],
    ['no terminator at the end', text.trimEnd().slice(0, -1)],
  ])('%s is read all the same', (_, given) => {
    expect(contentOf(given)).toEqual([interchange]);
    expect(toldOf(given).filter(([kind]) => kind !== 'TERMINATOR_MISSING')).toEqual([]);
  });

  test('each interchange of a file has its own separators, also where the one before it has no end', () => {
    const other: Delimiters = { element: '|', component: ':', repetition: null, segment: '\n' };
    const second = writeInterchange({ ...interchange, delimiters: other });
    expect(contentOf(text + second)).toEqual([interchange, { ...interchange, delimiters: other }]);
    const cut = text.replace('IEA*1*000000042~\n', '');
    expect(toldOf(cut + text)).toEqual([['INTERCHANGE_TRAILER_MISSING', 12, null]]);
    expect(readInterchanges(cut + text).interchanges).toHaveLength(2);
  });

  test('a repetition separator is one from version 00402 on only', () => {
    const delimiters: Delimiters = { ...usualDelimiters, repetition: '^' };
    const later = { ...interchange, delimiters, header: { ...header, standard: '^', version: '00501' } };
    const repeated: Element = { repeated: ['a', ['b', 'c']] };
    const given = { ...later, groups: [{ header: groupHeader('1'), sets: [set('0001', repeated)] }] };
    expect(contentOf(writeInterchange(given))).toEqual([given]);
    expect(contentOf(text.replace('*U*', '*^*'))[0]?.delimiters.repetition).toBeNull();
  });

  test('free text that holds a separator by mistake can still be read as it was sent', () => {
    const sets = contentOf(text.replace('Dock 4', 'Dock>4'))[0]?.groups[0]?.sets ?? [];
    expect(textAt(sets[0]?.segments[1] ?? segment('MSG'), 1, usualDelimiters)).toBe('Dock>4');
  });

  test('what is not wide enough in an ISA is not written', () => {
    expect(() => writeInterchange({ ...interchange, header: { ...header, sender: 'A'.repeat(16) } })).toThrow(
      RangeError,
    );
  });

  test('of a text without end no more is read than is allowed', () => {
    const endless = text.replace('MSG*Dock 4~', 'MSG*Dock 4~'.repeat(1_000));
    expect(toldOf(endless, { segmentsMax: 100, violationsMax: 10 })).toEqual([
      ['TOO_MUCH', 100, null],
      ['GROUP_TRAILER_MISSING', 100, null],
      ['SET_TRAILER_MISSING', 100, null],
    ]);
    expect(
      toldOf(`${text.slice(0, 107)}${'~'.repeat(1_000)}`, { segmentsMax: 10_000, violationsMax: 10 }),
    ).toHaveLength(11);
    expect(toldOf(text.repeat(50), { segmentsMax: 100, violationsMax: 10 }).map(([kind]) => kind)).toContain(
      'TOO_MUCH',
    );
  });
});

const printable = fc.string({ unit: fc.constantFrom(...'abcXYZ019 -./#&()'), maxLength: 12 });
const nonEmpty = fc.string({ unit: fc.constantFrom(...'abcXYZ019-./#&()'), minLength: 1, maxLength: 12 });
const value = fc.oneof(printable, fc.array(nonEmpty, { minLength: 2, maxLength: 4 }));
const element: fc.Arbitrary<Element> = fc.oneof(
  { weight: 8, arbitrary: value },
  fc.record({ repeated: fc.array(value, { minLength: 2, maxLength: 3 }) }),
);
const segments = fc.array(
  fc.record({
    id: fc.constantFrom('BEG', 'N1', 'PO1', 'REF'),
    elements: fc.array(element, { minLength: 1, maxLength: 6 }),
  }),
  { maxLength: 8 },
);
const sets = fc.array(segments, { maxLength: 4 });
const separators = fc
  .shuffledSubarray([...'*|~>:^\u001c\u001d\n'], { minLength: 4, maxLength: 4 })
  .filter(([one, two, three]) => ![one, two, three].includes('\n'));

const documents: fc.Arbitrary<Interchange> = fc
  .record({ separators, groups: fc.array(sets, { maxLength: 3 }) })
  .map(({ separators: [one = '', two = '', three = '', four = ''], groups }) => ({
    delimiters: { element: one, component: two, repetition: three, segment: four },
    header: { ...header, standard: three, version: '00501' },
    acknowledgements: [],
    groups: groups.map((each, index) => ({
      header: groupHeader(`${index + 1}`),
      sets: each.map((body, place) => ({
        ...{ id: '850', controlNumber: `${place + 1}`.padStart(4, '0'), implementation: null, segments: body },
      })),
    })),
  }));

describe('X12 by laws', () => {
  test('what is written is read the same, and without a violation', () => {
    fc.assert(
      fc.property(documents, (given) => {
        const written = writeInterchange(given);
        expect(contentOf(written)).toEqual([given]);
        expect(toldOf(written)).toEqual([]);
      }),
    );
  });

  test('no text of a document can make another segment or element of it', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(...'aZ9 ~*>^:|\r\n\t\u0000\u001c\u007fé?漢\ud83d'),
      maxLength: 40,
    });
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), (texts) => {
        const given = { ...interchange, groups: [{ header: groupHeader('1'), sets: [set('0001', ...texts, 'end')] }] };
        const written = writeInterchange(given);
        const [read] = contentOf(written);
        expect(read?.groups[0]?.sets[0]?.segments[1]?.elements).toHaveLength(texts.length + 1);
        expect(toldOf(written)).toEqual([]);
      }),
    );
  });

  test('whatever the text, reading ends with what is wrong instead of an error', () => {
    const pieces = fc.constantFrom(
      ...text.split(/(?<=~\n)|(?=\*)/),
      text.slice(0, 107),
      '~',
      '*',
      '\u0000',
      'SE*1*',
      'ISA*',
    );
    const dirty = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'ISA*~>\r\n\u0000 é\ud83d'), maxLength: 200 }),
      fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(dirty, (given) => {
        const { interchanges } = readInterchanges(given);
        const isClean = toldOf(given).length === 0;
        // A text of which nothing is told is one of whole interchanges, so it says the same again.
        if (isClean) expect(contentOf(interchanges.map(writeInterchange).join(''))).toEqual(contentOf(given));
      }),
      { numRuns: 300 },
    );
  });

  test('a cut-off text is never a whole one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.trimEnd().length - 2 }), (length) => {
        const { interchanges, violations } = readInterchanges(text.slice(0, length));
        const told = interchanges.flatMap((one) => [
          ...one.violations,
          ...one.groups.flatMap((group) => group.violations),
        ]);
        expect([...violations, ...told].filter((each) => !isHarmless(each))).not.toEqual([]);
      }),
    );
  });
});
