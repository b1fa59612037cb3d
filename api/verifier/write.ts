import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildVerifier } from './verifier.ts';

// npm run verifier [folder]: the verifier as files to hand on. `npx ./verifier bundle.json` runs it.

const folder = process.argv[2] ?? 'verifier';
const { version, program, page, sha256 } = await buildVerifier();
const manifest = {
  name: 'throughline-verify',
  version,
  type: 'module',
  bin: 'throughline-verify.mjs',
  engines: { node: '>=20' },
};
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
await writeFile(join(folder, 'throughline-verify.mjs'), program);
await chmod(join(folder, 'throughline-verify.mjs'), 0o755);
await writeFile(join(folder, 'throughline-verify.html'), page);
await copyFile(join(import.meta.dirname, 'README.md'), join(folder, 'README.md'));
console.log(`${folder}/throughline-verify.mjs   sha256 ${sha256}\n${folder}/throughline-verify.html`);
