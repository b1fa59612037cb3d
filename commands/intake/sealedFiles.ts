import { operationsUnit } from '../../domain/operations.ts';
import { sealedIn } from '../../domain/personal/sealedText.ts';
import { unitSubject } from '../../domain/personal/subject.ts';
import { uuidV5 } from '../eventIds.ts';
import type { Seal, Vault } from '../personal/vault.ts';
import type { ImportFiles } from '../ports.ts';

/** Whom a file is about shows when its rows are read: until then it is about nobody, and may name anybody. */
const subject = unitSubject(operationsUnit);

const placeOf = (uploadId: string, piece: number) => ({
  eventId: uuidV5(`import/${uploadId}/${piece}`),
  field: 'piece',
});

/** Throws `LogUnavailable`. */
export const fileSeal = async ({ sealsFor }: Pick<Vault, 'sealsFor'>): Promise<Seal> => {
  const seal = (await sealsFor([subject])).get(subject);
  if (seal === undefined) throw new Error(`${subject} has no key`);
  return seal;
};

/** Nothing of a file is ever written in the clear. */
export const sealedPiece = (seal: Seal, uploadId: string, piece: number, bytes: Buffer): string =>
  seal(bytes.toString('base64'), placeOf(uploadId, piece));

/** The bytes of a file, piece by piece. Throws `LogUnavailable`. */
export async function* openedPieces(
  { pieces }: Pick<ImportFiles, 'pieces'>,
  { open }: Pick<Vault, 'open'>,
  uploadId: string,
): AsyncGenerator<Uint8Array> {
  for await (const content of pieces(uploadId)) {
    const [word] = sealedIn(content);
    const opened = word === undefined ? undefined : (await open([word])).get(word.text);
    if (typeof opened !== 'string') throw new Error(`a piece of file ${uploadId} cannot be opened`);
    yield Buffer.from(opened, 'base64');
  }
}
