using Mesh.AdsSeam;

// Measures what one discovery-like stream costs on Kestrel and on plain sockets: memory per connection, processor time per
// push and per push with its answer, with and without TLS. Usage: AdsSeam [connections] [rounds]; starts itself as clients.
if (args is ["client", var port, var count, var tls, var answers])
{
    return await FloodClient.RunAsync(int.Parse(port), int.Parse(count), bool.Parse(tls), bool.Parse(answers));
}

var connections = args.Length > 0 ? int.Parse(args[0]) : 1000;
var rounds = args.Length > 1 ? int.Parse(args[1]) : 30;
Console.WriteLine($"connections {connections}, rounds {rounds}, push {Wire.PushSize} B on the wire, {Environment.ProcessorCount} processors");
Console.WriteLine("| server | TLS | managed KB/conn | RSS KB/conn | push: CPU us | push: all received ms | push: alloc B | push+ACK: CPU us |");
Console.WriteLine("|---|---|---|---|---|---|---|---|");
foreach (var useTls in new[] { false, true })
{
    foreach (var kind in new[] { "kestrel", "sockets" })
    {
        await using IPushServer server = kind == "kestrel" ? new KestrelServer(useTls) : new SocketServer(useTls);
        Console.WriteLine(await Measurement.RunAsync(server, kind, useTls, connections, rounds));
    }
}

return 0;
