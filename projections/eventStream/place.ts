/** A place in the stream: everything before and at it is read. */
export type StreamPlace = {
  readonly position: string;
  /** Among the events that the event at `position` is told as. */
  readonly place: number;
};

/** Behind whatever the event at a position is told as. */
export const wholePosition = 32_767;

export const isBefore = (a: StreamPlace, b: StreamPlace): boolean =>
  a.position < b.position || (a.position === b.position && a.place < b.place);

/** As consumers keep it and hand it in again; of two events the later one's is the greater text. */
export const placeText = ({ position, place }: StreamPlace): string =>
  place === wholePosition ? position : `${position}-${place}`;
