/** A composite has its components in order; a plain element is its text. Trailing empty elements stay as they were read. */
export type Value = string | readonly string[];

/** Values of an element that occurs more than once in its place (from version 00402 on). */
export type Repeated = { readonly repeated: readonly Value[] };

export type Element = Value | Repeated;

/** `elements[0]` is element 01. */
export type Segment = { readonly id: string; readonly elements: readonly Element[] };

/** A repetition separator exists from version 00402 on; before that there is none. */
export type Delimiters = {
  readonly element: string;
  readonly component: string;
  readonly repetition: string | null;
  readonly segment: string;
};

/** The body of a transaction set, without its ST and SE. `implementation` is ST03 of later versions. */
export type TransactionSet = {
  readonly id: string;
  readonly controlNumber: string;
  readonly implementation: string | null;
  readonly segments: readonly Segment[];
};

/** GS01 to GS08, as the standard writes them: dates CCYYMMDD, times HHMM, HHMMSS or longer. */
export type GroupHeader = {
  readonly functionalId: string;
  readonly sender: string;
  readonly receiver: string;
  readonly date: string;
  readonly time: string;
  readonly controlNumber: string;
  readonly agency: string;
  readonly version: string;
};

/** ISA01 to ISA15 without the blanks they are filled up with; the date is YYMMDD, `standard` is ISA11. */
export type InterchangeHeader = {
  readonly authorisationQualifier: string;
  readonly authorisation: string;
  readonly securityQualifier: string;
  readonly security: string;
  readonly senderQualifier: string;
  readonly sender: string;
  readonly receiverQualifier: string;
  readonly receiver: string;
  readonly date: string;
  readonly time: string;
  readonly standard: string;
  readonly version: string;
  readonly controlNumber: string;
  readonly acknowledgementRequested: string;
  readonly usage: string;
};

export type FunctionalGroup = { readonly header: GroupHeader; readonly sets: readonly TransactionSet[] };

export type Interchange = {
  readonly delimiters: Delimiters;
  readonly header: InterchangeHeader;
  /** TA1 segments, which stand between ISA and the first GS. */
  readonly acknowledgements: readonly Segment[];
  readonly groups: readonly FunctionalGroup[];
};

/** Names in the order of ISA01 to ISA15 with the width of each. */
export const isaFields = [
  ['authorisationQualifier', 2],
  ['authorisation', 10],
  ['securityQualifier', 2],
  ['security', 10],
  ['senderQualifier', 2],
  ['sender', 15],
  ['receiverQualifier', 2],
  ['receiver', 15],
  ['date', 6],
  ['time', 4],
  ['standard', 1],
  ['version', 5],
  ['controlNumber', 9],
  ['acknowledgementRequested', 1],
  ['usage', 1],
] as const satisfies readonly (readonly [keyof InterchangeHeader, number])[];

/** In the order of GS01 to GS08. */
export const gsFields = [
  'functionalId',
  'sender',
  'receiver',
  'date',
  'time',
  'controlNumber',
  'agency',
  'version',
] as const satisfies readonly (keyof GroupHeader)[];

/** A segment of a document to be written; what is undefined stays empty, and nothing empty stands at the end. */
export const segment = (id: string, ...elements: readonly (Element | undefined)[]): Segment => {
  const texts = elements.map((element) => element ?? '');
  const used = texts.findLastIndex((element) => element !== '') + 1;
  return { id, elements: texts.slice(0, used) };
};

const valueText = (value: Value, component: string): string =>
  typeof value === 'string' ? value : value.join(component);

/**
 * The text of an element as it was sent, `''` where there is none. Free text that holds a separator by mistake has been taken
 * apart, so its parts are put together again with what `delimiters` says stood between them.
 */
export const textAt = (
  { elements }: Segment,
  place: number,
  { component, repetition }: Pick<Delimiters, 'component' | 'repetition'>,
): string => {
  const element = elements[place - 1] ?? '';
  return typeof element === 'object' && 'repeated' in element
    ? element.repeated.map((value) => valueText(value, component)).join(repetition ?? '')
    : valueText(element, component);
};
