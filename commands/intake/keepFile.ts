import { createHash } from 'node:crypto';
import { CsvUnreadable } from '../../domain/intake/row.ts';
import { newUlid } from '../eventIds.ts';
import type { Vault } from '../personal/vault.ts';
import type { ImportFiles, ReadCsv } from '../ports.ts';
import { fileSeal, sealedPiece } from './sealedFiles.ts';

export type FilePorts = {
  readonly files: ImportFiles;
  readonly vault: Pick<Vault, 'sealsFor'>;
  readonly readCsv: ReadCsv;
};

/** A file that came and is kept, until somebody makes an import of it. */
export type KeptFile = {
  readonly uploadId: string;
  readonly sha256: string;
  readonly bytes: number;
  /** False: it is not kept either. */
  readonly isUtf8: boolean;
  /** Its first line; null: none can be read. */
  readonly header: readonly string[] | null;
};

/** One row of a table, and what is looked at for the header. Sealing it takes less than a millisecond. */
const pieceBytes = 65_536;

async function* single(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield piece;
}

const headerOf = async (readCsv: ReadCsv, head: Uint8Array): Promise<readonly string[] | null> => {
  try {
    for await (const cells of readCsv(single(head))) return cells;
  } catch (error) {
    if (!(error instanceof CsvUnreadable)) throw error;
  }
  return null;
};

/** Every byte that is looked at is looked at once, so bytes of a letter may lie in two chunks. */
const createUtf8Check = () => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let holds = true;
  return {
    holds: (): boolean => holds,
    take: (chunk?: Uint8Array): void => {
      try {
        if (holds) decoder.decode(chunk, { stream: chunk !== undefined });
      } catch {
        holds = false;
      }
    },
  };
};

/**
 * Keeps a file piece by piece, never more than one of them in memory. What is no text is read to its end and not kept. Throws
 * `LogUnavailable`, and what `chunks` throws; nothing is kept then.
 */
export const keepFile =
  ({ files, vault, readCsv }: FilePorts) =>
  async (chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<KeptFile> => {
    const uploadId = newUlid();
    const seal = await fileSeal(vault);
    const hash = createHash('sha256');
    const utf8 = createUtf8Check();
    let head: Uint8Array = new Uint8Array();
    let [bytes, pieces, waitingBytes] = [0, 0, 0];
    let waiting: Uint8Array[] = [];
    const flush = async (): Promise<void> => {
      if (waitingBytes === 0 || !utf8.holds()) return;
      const piece = Buffer.concat(waiting, waitingBytes);
      [waiting, waitingBytes] = [[], 0];
      if (pieces === 0) head = piece;
      await files.put(uploadId, pieces, sealedPiece(seal, uploadId, pieces, piece));
      pieces += 1;
    };
    try {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        hash.update(chunk);
        utf8.take(chunk);
        if (!utf8.holds()) continue;
        waiting.push(chunk);
        waitingBytes += chunk.length;
        if (waitingBytes >= pieceBytes) await flush();
      }
      utf8.take();
      await flush();
      const isUtf8 = utf8.holds();
      if (!isUtf8) await files.remove(uploadId);
      const header = isUtf8 ? await headerOf(readCsv, head) : null;
      return { uploadId, sha256: hash.digest('hex'), bytes, isUtf8, header };
    } catch (error) {
      // What cannot be removed now goes a day later.
      await files.remove(uploadId).catch(() => {});
      throw error;
    }
  };
