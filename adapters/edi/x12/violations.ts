/**
 * What is wrong with a text, each word with what it means. Those of an envelope belong to the interchange, the group or the
 * transaction set whose header they would have to agree with.
 */
export type ViolationKind =
  /** The text does not begin with ISA, or something stands behind an IEA that is none. */
  | 'TEXT_OUTSIDE_INTERCHANGE'
  /** ISA has fewer than 16 elements, or separators that cannot separate: nothing of it can be read. */
  | 'ISA_UNREADABLE'
  /** An element of ISA is not as wide as the standard has it. */
  | 'ISA_WIDTH'
  /** The last segment has no terminator. */
  | 'TERMINATOR_MISSING'
  | 'INTERCHANGE_TRAILER_MISSING'
  | 'INTERCHANGE_CONTROL_NUMBER'
  | 'GROUP_COUNT'
  | 'GROUP_HEADER_INCOMPLETE'
  | 'GROUP_TRAILER_MISSING'
  | 'GROUP_CONTROL_NUMBER'
  | 'SET_COUNT'
  | 'SET_HEADER_INCOMPLETE'
  | 'SET_TRAILER_MISSING'
  | 'SET_CONTROL_NUMBER'
  | 'SEGMENT_COUNT'
  /** A group of this control number stands before it in the interchange, or a set in its group. */
  | 'CONTROL_NUMBER_REPEATED'
  | 'SEGMENT_MISPLACED'
  | 'SEGMENT_EMPTY'
  | 'SEGMENT_ID'
  /** A control character within an element. */
  | 'CHARACTER'
  /** More segments, or more violations, than are read. */
  | 'TOO_MUCH';

export type Violation = {
  readonly kind: ViolationKind;
  /** Counted from the ISA of its interchange, which is 1. */
  readonly segmentNumber: number;
  /** Counted from the ST of its set, which is 1; null outside of sets. */
  readonly numberInSet: number | null;
  readonly segmentId: string;
  /** The place of the element, from 1; null: the segment as a whole. */
  readonly element: number | null;
  readonly detail: string;
};

/** These are told, and take nothing away from what was read. */
const harmless: ReadonlySet<ViolationKind> = new Set(['ISA_WIDTH', 'TERMINATOR_MISSING']);

export const isHarmless = ({ kind }: Violation): boolean => harmless.has(kind);
