/** Lets the parent process call these functions, one message each (`Program.call`), until either of the two ends. */
export function takeCalls(functions) {
  process.on('message', async ({ call, argument, id }) => {
    if (!call) return;
    try {
      process.send({ called: id, result: await functions[call](argument) });
    } catch (error) {
      process.send({ called: id, error: error.stack });
    }
  });
  process.once('disconnect', () => process.exit());
  // The probe unrefs the channel, which alone keeps this process alive.
  process.channel.ref();
  process.send({ called: 0 });
}
