import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { ReadCsv } from '../../commands/ports.ts';
import { CsvUnreadable } from '../../domain/intake/row.ts';

/** Parsed at once; then whoever else waits for this process has a turn. */
const bytesAtOnce = 16_384;
/** Of one row: a quote that is never closed would otherwise take the rest of the file for one cell. */
const rowBytesMax = 65_536;
/** The parser counts what is in cells. A row of commas alone is seen by what was read without a row coming of it; some of that is read ahead. */
const unfinishedBytesMax = 8 * rowBytesMax;
/** All of them: told from the first line alone, a file that was put together of several would run into one row. */
const lineEnds = ['\r\n', '\n', '\r'];

const tooLong = `It is longer than ${rowBytesMax} bytes, or a quote is opened and never closed.`;

async function* bitByBit(pieces: AsyncIterable<Uint8Array>, rowsSoFar: () => number): AsyncGenerator<Uint8Array> {
  let [rows, unfinishedBytes] = [0, 0];
  for await (const piece of pieces)
    for (let from = 0; from < piece.length; from += bytesAtOnce) {
      const bit = piece.subarray(from, from + bytesAtOnce);
      unfinishedBytes = rowsSoFar() === rows ? unfinishedBytes + bit.length : bit.length;
      rows = rowsSoFar();
      if (unfinishedBytes > unfinishedBytesMax) throw new CsvUnreadable(rows + 1, tooLong);
      yield bit;
      await letOthersRun();
    }
}

const details: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quote is opened and never closed.',
  CSV_INVALID_CLOSING_QUOTE: 'Behind a closing quote comes something else than a comma or a line end.',
  INVALID_OPENING_QUOTE: 'A quote is in the middle of a cell that does not begin with one.',
  CSV_MAX_RECORD_SIZE: tooLong,
};

const unreadable = (error: unknown): unknown => {
  const { code, records } = error as { readonly code?: string; readonly records?: number };
  if (code === undefined || !(code in details)) return error;
  return new CsvUnreadable((records ?? 0) + 1, details[code] ?? '');
};

/** By `csv-parse`, which is loaded with the first file. Rows may have any number of cells; an empty line is a row of one empty cell. */
export const readCsv: ReadCsv = async function* (pieces) {
  const { parse } = await import('csv-parse');
  const parser = parse({
    ...{ bom: true, relax_column_count: true },
    ...{ record_delimiter: lineEnds, max_record_size: rowBytesMax },
  });
  const bits = bitByBit(pieces, () => parser.info.records);
  const piping = pipeline(Readable.from(bits, { objectMode: false }), parser);
  // Whoever reads the rows is told; who stops reading does not want to know.
  piping.catch(() => {});
  try {
    for await (const cells of parser) yield cells as readonly string[];
  } catch (error) {
    throw unreadable(error);
  }
};
