import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A secret's file, made with `content` unless it is there; nobody but the owner may read it. */
export const makeOnce = async (file: string, content: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}.new`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // Linked into place: of two starts at once one wins, and nobody reads half a key.
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft, { force: true });
  await chmod(file, 0o600);
};
