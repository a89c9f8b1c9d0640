// What a page costs while something is done with it: long tasks, frames, memory.

/** From here on long tasks and the pauses between frames are noted in the page. */
export async function start_measuring({ page }) {
  await page.evaluate(() => {
    window.measured = { long_ms: [], frame_ms: [] };
    const { long_ms, frame_ms } = window.measured;
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) long_ms.push(task.duration);
    }).observe({ entryTypes: ["longtask"] });
    let before = performance.now();
    requestAnimationFrame(function frame(now) {
      frame_ms.push(now - before);
      before = now;
      requestAnimationFrame(frame);
    });
  });
}

/** What was noted since it was asked last. */
export async function measured_so_far({ page }) {
  const { long_ms, frame_ms } = await page.evaluate(() => {
    const { long_ms, frame_ms } = window.measured;
    return { long_ms: long_ms.splice(0), frame_ms: frame_ms.splice(0) };
  });
  const frames = frame_ms.sort((a, b) => a - b);
  return {
    long_tasks: long_ms.length,
    longest_task_ms: Math.round(Math.max(0, ...long_ms)),
    frames: frames.length,
    frame_p95_ms: Math.round(frames[Math.floor(frames.length * 0.95)] ?? 0),
    longest_frame_ms: Math.round(frames.at(-1) ?? 0),
  };
}

/** What the page holds on to, after everything that nobody needs was thrown away. */
export async function memory_of({ page, context }) {
  const devtools = await context.newCDPSession(page);
  await devtools.send("HeapProfiler.enable");
  // What was only waiting for a collection is gone after the second one.
  await devtools.send("HeapProfiler.collectGarbage");
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  const { nodes, jsEventListeners, documents } = await devtools.send("Memory.getDOMCounters");
  await devtools.detach();
  return { heap_kib: Math.round(usedSize / 1024), nodes, listeners: jsEventListeners, documents };
}
