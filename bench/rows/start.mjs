/** From the start of the process to the first 200: the API alone, and with the bundled notification service. */
export async function measure(lab) {
  const alone = [];
  const bundled = [];
  for (let round = 0; round < Math.max(5, lab.rounds); round++) {
    const api = await lab.serve('ours');
    alone.push(api.readyAfter / 1_000);
    await lab.stop(api);
    // As `npm start` runs it, which sets no flags.
    const both = await lab.serve('ours', { variables: { NOTIFICATION_SERVICE_URL: undefined }, flags: [] });
    bundled.push(both.readyAfter / 1_000);
    await lab.stop(both);
  }
  const goal = { most: 1 };
  return [
    { name: 'start to first 200, the API alone', unit: 's', values: { ours: alone }, goal },
    { name: 'start to first 200, with the bundled service', unit: 's', values: { ours: bundled }, goal },
  ];
}
