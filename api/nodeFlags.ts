/**
 * How Node is started for the service; `npm start` and the Dockerfile say the same. Node gives new objects up to three times
 * 64 MB before it clears them away; a quarter of that takes more than a hundred megabytes less for some hundredths of the
 * time, and each pause is shorter. It lets the heap grow to several times what is alive before it collects, half a gigabyte
 * under load for some ninety megabytes of states: it is told to collect when a third has been added. One thread helps to
 * collect instead of three: where a process has a core or two they take the core from those who wait for an answer. These
 * hold for the whole process, so nobody changes them while it runs.
 */
export const nodeFlags: readonly string[] = [
  '--max-semi-space-size=16',
  '--heap-growing-percent=33',
  '--v8-pool-size=1',
];
