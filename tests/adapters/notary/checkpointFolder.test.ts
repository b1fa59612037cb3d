import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createCheckpointFolder, folderName, notesIn } from '../../../adapters/notary/checkpointFolder.ts';
import { CheckpointForked } from '../../../domain/evidence/ports.ts';
import { checkpointOver } from '../../domain/evidence/goldenBundle.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'checkpoints-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const checkpoint = checkpointOver(28);
const folder = (): string => join(directory, folderName(checkpoint.origin));
const file = (): string => join(folder(), '000000000028.note');

const lying = async (text: string): Promise<void> => {
  await mkdir(folder(), { recursive: true });
  await writeFile(file(), text);
};

describe('a folder of checkpoints', () => {
  test('gets each checkpoint once, whoever puts it there and however often', async () => {
    const sinks = [createCheckpointFolder(directory), createCheckpointFolder(directory)];
    await Promise.all(sinks.flatMap((sink) => [sink.publish(checkpoint), sink.publish(checkpoint)]));
    expect(await notesIn(directory, checkpoint.origin)).toEqual([{ treeSize: 28, note: checkpoint.note }]);
    expect(await readdir(folder())).toEqual(['000000000028.note']);
  });

  test.each([0, 1, 60])('finishes what a machine that stopped left after %i bytes', async (bytes) => {
    await lying(checkpoint.note.slice(0, bytes));
    await createCheckpointFolder(directory).publish(checkpoint);
    expect(await readFile(file(), 'utf8')).toBe(checkpoint.note);
    expect(await readdir(folder())).toEqual(['000000000028.note']);
  });

  test('never writes over another checkpoint of the same size', async () => {
    const other = checkpointOver(28, '2026-11-23T09:30:00.000Z').note.replace('28', '29');
    await lying(other);
    await expect(createCheckpointFolder(directory).publish(checkpoint)).rejects.toThrow(CheckpointForked);
    expect(await readFile(file(), 'utf8')).toBe(other);
  });
});
