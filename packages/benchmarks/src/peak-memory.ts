import { readFileSync } from 'node:fs';

/**
 * The largest resident memory of this process so far, in MB. The system's own figure also counts what the parent held
 * when it started this process, so `/proc` comes first.
 */
export function peakMemory(): number {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}
