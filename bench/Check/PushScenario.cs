using Mesh.Engine;
using Mesh.Engine.Snapshots;
using Mesh.Protocol.Ads;

namespace Mesh.Check;

/// <summary>Streams of proxies whose views go back and forth between two snapshots, and what a push costs them.</summary>
public sealed class PushScenario : IDisposable
{
    private const int WarmUp = 2_000;
    private const int Rounds = 20_000;
    private const int FewResources = 10;
    private const int FirstChanged = 7;
    private const int ClusterBytes = 600;
    private const int EndpointBytes = 300;
    private const int ListenerBytes = 2_000;

    /// <summary>Bytes of name, version, type url and nonce in a response with one resource: less than any resource has.</summary>
    private const int FramingAllowed = 280;

    private readonly ResourceEngine _engine = new();
    private readonly ProxySnapshot[] _views = new ProxySnapshot[2];
    private readonly string[] _proxies;
    private readonly PushStream[] _streams;
    private readonly int _rounds;
    private long _sent;

    private PushScenario(string name, bool isDelta, XdsType changed, int resources, int changes, int[] contents, Fault fault, int streams = 1)
    {
        Name = $"{(isDelta ? "delta" : "state of the world")}, {name}";
        _rounds = Math.Max(resources / 1000, contents.Length) > FewResources ? Rounds / 20 : Rounds;
        SentAllowed = contents.Sum(content => content + FramingAllowed);
        var types = new XdsTypes(_engine);
        for (var i = 0; i < 2; i++)
        {
            _views[i] = View(changed, resources, changes, i);
        }

        _proxies = [.. Enumerable.Range(0, streams).Select(i => $"bench.proxy-{i}")];
        _streams = [.. _proxies.Select(proxy => new PushStream(_engine, types, proxy, isDelta, resources, fault))];
    }

    /// <summary>What is measured.</summary>
    public string Name { get; }

    /// <summary>Bytes that a push may allocate.</summary>
    public static double Allowed => 0;

    /// <summary>Bytes that a push may send: what changed, once; of a type of which the state of the world is told, all of it, once.</summary>
    public double SentAllowed { get; }

    internal IReadOnlyList<PushStream> Streams => _streams;

    /// <summary>The scenarios of the gate.</summary>
    /// <param name="fault">What the push path is to do wrong.</param>
    public static IEnumerable<PushScenario> All(Fault fault = Fault.None)
    {
        yield return OneEndpoint(true, fault);
        yield return new PushScenario("200 of 200 load assignments change", true, XdsTypes.Endpoint, 200, 200, Times(200, EndpointBytes), fault);
        yield return new PushScenario("1 of 200 clusters changes, its assignment follows", true, XdsTypes.Cluster, 200, 1, [ClusterBytes, EndpointBytes], fault);
        yield return new PushScenario("1 of 20 listeners changes", true, XdsTypes.Listener, 20, 1, [ListenerBytes], fault);
        yield return new PushScenario("1 of 20000 load assignments changes", true, XdsTypes.Endpoint, 20_000, 1, [EndpointBytes], fault);
        yield return OneEndpoint(false, fault);
        yield return new PushScenario(
            "1 of 200 clusters changes, its assignment follows", false, XdsTypes.Cluster, 200, 1, [.. Times(200, ClusterBytes), EndpointBytes], fault);
        yield return new PushScenario("1 of 20 listeners changes", false, XdsTypes.Listener, 20, 1, Times(20, ListenerBytes), fault);
    }

    /// <summary>The smallest push.</summary>
    /// <param name="isDelta">Of the two protocols, which.</param>
    /// <param name="fault">What the push path is to do wrong.</param>
    /// <param name="streams">Streams that it goes to, each that of another proxy.</param>
    public static PushScenario OneEndpoint(bool isDelta, Fault fault = Fault.None, int streams = 1) =>
        new("1 of 200 load assignments changes", isDelta, XdsTypes.Endpoint, 200, 1, [EndpointBytes], fault, streams);

    /// <summary>A push to each stream: a view is published, the stream writes it, its client accepts. Returns what writing and accepting allocate.</summary>
    public long Push(int round)
    {
        Publish(round);
        for (var allocated = 0L; ;)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var written = Write();
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            if (written == 0)
            {
                return allocated;
            }

            before = GC.GetAllocatedBytesForCurrentThread();
            Accept();
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    /// <summary>The first stage: another view is put where the streams look for it, and each is woken.</summary>
    public void Publish(int round)
    {
        foreach (var proxy in _proxies)
        {
            _engine.Publish(proxy, _views[round & 1]);
        }
    }

    /// <summary>The second: each stream finds what is new and writes it, or a piece of it. Number of bytes.</summary>
    public int Write()
    {
        var written = 0;
        foreach (var stream in _streams)
        {
            written += stream.Write();
        }

        _sent += written;
        return written;
    }

    /// <summary>The last: each stream takes the acceptance of what it wrote.</summary>
    public void Accept()
    {
        foreach (var stream in _streams)
        {
            stream.Accept();
        }
    }

    /// <summary>Bytes allocated and sent per push after a warm-up.</summary>
    public (double Allocated, double Sent) Measure()
    {
        for (var i = 0; i < WarmUp; i++)
        {
            Push(i);
        }

        var (allocated, sent) = (0L, _sent);
        for (var i = 0; i < _rounds; i++)
        {
            allocated += Push(i);
        }

        return ((double)allocated / _rounds, (double)(_sent - sent) / _rounds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var stream in _streams)
        {
            stream.Dispose();
        }

        foreach (var proxy in _proxies)
        {
            _engine.Withdraw(proxy);
        }

        foreach (var view in _views)
        {
            view.Dispose();
        }
    }

    internal static string NameOf(int resource) => $"kri_msvc_default_zone_ns_service-{resource}_http";

    private ProxySnapshot View(XdsType changed, int resources, int changes, int variant)
    {
        using var builder = _engine.BeginSnapshot();
        var clusters = _engine.Types.Register(XdsTypes.Cluster.Url);
        var endpoints = _engine.Types.Register(XdsTypes.Endpoint.Url);
        var listeners = _engine.Types.Register(XdsTypes.Listener.Url);
        for (var i = 0; i < resources; i++)
        {
            var name = NameOf(i);
            var content = (i + resources - FirstChanged) % resources < changes ? variant : 0;
            using var cluster = _engine.Intern(clusters, name, Content(changed == XdsTypes.Cluster ? content : 0, ClusterBytes));
            using var endpoint = _engine.Intern(endpoints, name, Content(changed == XdsTypes.Endpoint ? content : 0, EndpointBytes), cluster);
            using var listener = _engine.Intern(listeners, name, Content(changed == XdsTypes.Listener ? content : 0, ListenerBytes));
            builder.Add(cluster).Add(endpoint).Add(listener);
        }

        return builder.Build();
    }

    private static int[] Times(int count, int bytes) => [.. Enumerable.Repeat(bytes, count)];

    private static byte[] Content(int variant, int length)
    {
        var bytes = new byte[length];
        bytes[0] = (byte)(variant + 1);
        return bytes;
    }
}
