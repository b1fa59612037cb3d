import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

// The functions of a `.cpuprofile` that took the most time by themselves, for a look without a browser.

type Profile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

const shown = 40;

const placeOf = (url: string, lineNumber: number): string => {
  const path = url.startsWith('file://') ? relative(process.cwd(), fileURLToPath(url)) : url;
  return path === '' ? '' : `${path}:${lineNumber + 1}`;
};

const print = async (file: string): Promise<void> => {
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(file, 'utf8')) as Profile;
  const nameOf = new Map(
    nodes.map(({ id, callFrame }) => [
      id,
      `${callFrame.functionName || '(anonymous)'}  ${placeOf(callFrame.url, callFrame.lineNumber)}`,
    ]),
  );
  const spent = new Map<string, number>();
  for (const [index, id] of samples.entries()) {
    const name = nameOf.get(id) ?? '?';
    spent.set(name, (spent.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
  const idle = [...spent].reduce((sum, [name, took]) => sum + (name.startsWith('(idle)') ? took : 0), 0);
  const total = [...spent.values()].reduce((sum, took) => sum + took, 0) - idle;
  console.log(`\n${file}: ${(total / 1e6).toFixed(1)} s at work, ${(idle / 1e6).toFixed(1)} s idle`);
  const busiest = [...spent].filter(([name]) => !name.startsWith('(idle)')).sort(([, a], [, b]) => b - a);
  for (const [name, took] of busiest.slice(0, shown))
    console.log(`${((took / total) * 100).toFixed(1).padStart(6)} %  ${name}`);
};

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('Name one or more .cpuprofile files: node tests/bench/hottest.ts profile/*.cpuprofile');
  process.exit(2);
}
for (const file of files) await print(file);
