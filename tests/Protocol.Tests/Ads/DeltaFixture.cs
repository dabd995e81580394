using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>A delta stream. Responses are checked for what must hold of every one of them.</summary>
public abstract class DeltaFixture : StreamFixture
{
    private bool _nodeSent;

    protected DeltaFixture() => Session = (DeltaSession)Open();

    protected DeltaSession Session { get; private set; }

    protected HashSet<string> Nonces { get; } = [];

    protected override AdsSession NewSession() => new DeltaSession(Engine, Types, Options, this);

    protected void Reopen()
    {
        Session.Dispose();
        Nonces.Clear();
        _nodeSent = false;
        Session = (DeltaSession)Open();
    }

    protected void Send(DeltaDiscoveryRequest request)
    {
        if (!_nodeSent)
        {
            request.Node = Node;
            _nodeSent = true;
        }

        Session.Receive(request.ToByteArray(), Now);
    }

    protected static DeltaDiscoveryRequest Request(
        XdsType type,
        string[]? sub = null,
        string[]? unsub = null,
        Dictionary<string, string>? held = null,
        string nonce = "",
        string? error = null)
    {
        var request = new DeltaDiscoveryRequest { TypeUrl = type.Url, ResponseNonce = nonce };
        request.ResourceNamesSubscribe.AddRange(sub ?? []);
        request.ResourceNamesUnsubscribe.AddRange(unsub ?? []);
        foreach (var (name, version) in held ?? [])
        {
            request.InitialResourceVersions.Add(name, version);
        }

        if (error is not null)
        {
            request.ErrorDetail = new GoogleApi.Rpc.Status { Code = 13, Message = error };
        }

        return request;
    }

    protected void Subscribe(XdsType type, params string[] names) => Send(Request(type, sub: names));

    protected void Ack(DeltaDiscoveryResponse response) =>
        Send(new DeltaDiscoveryRequest { TypeUrl = response.TypeUrl, ResponseNonce = response.Nonce });

    protected void Nack(DeltaDiscoveryResponse response, string error) => Send(new DeltaDiscoveryRequest
    {
        TypeUrl = response.TypeUrl,
        ResponseNonce = response.Nonce,
        ErrorDetail = new GoogleApi.Rpc.Status { Code = 13, Message = error },
    });

    /// <summary>All responses that are to be written now.</summary>
    protected List<DeltaDiscoveryResponse> Read()
    {
        var all = WriteAll(Session).ConvertAll(DeltaDiscoveryResponse.Parser.ParseFrom);
        foreach (var response in all)
        {
            // Rules 34, 35, 58, 108: no name twice, one type, a nonce never seen, versions and names set.
            var names = response.Resources.Select(r => r.Name).Concat(response.RemovedResources).ToList();
            Assert.Equal(names.Count, names.Distinct().Count());
            Assert.DoesNotContain("*", names);
            Assert.All(response.Resources, r => Assert.Equal(response.TypeUrl, r.Resource_.TypeUrl));
            Assert.All(response.Resources, r => Assert.NotEqual("", r.Version));
            Assert.All(response.Resources, r => Assert.NotEqual("", r.Name));
            Assert.NotEqual("", response.Nonce);
            Assert.True(Nonces.Add(response.Nonce));
            Assert.Equal("test", response.ControlPlane.Identifier);
        }

        return all;
    }

    /// <summary>The one response that is to be written now.</summary>
    protected DeltaDiscoveryResponse ReadOne() => Assert.Single(Read());

    /// <summary>Reads and accepts everything until there is nothing more.</summary>
    protected List<DeltaDiscoveryResponse> Drain()
    {
        var all = new List<DeltaDiscoveryResponse>();
        for (var more = Read(); more.Count > 0; more = Read())
        {
            more.ForEach(Ack);
            all.AddRange(more);
        }

        return all;
    }

    /// <summary>A response as text: <c>cds +a +b -c</c>, names in order.</summary>
    protected static string Show(DeltaDiscoveryResponse response)
    {
        var type = response.TypeUrl switch
        {
            var u when u == XdsTypes.Cluster.Url => "cds",
            var u when u == XdsTypes.Endpoint.Url => "eds",
            var u when u == XdsTypes.Listener.Url => "lds",
            var u when u == XdsTypes.Route.Url => "rds",
            var u when u == XdsTypes.Secret.Url => "sds",
            var u when u == XdsTypes.ExtensionConfig.Url => "ecds",
            var u when u == XdsTypes.Runtime.Url => "rtds",
            _ => "other",
        };
        var names = response.Resources.Select(r => "+" + r.Name).Order(StringComparer.Ordinal)
            .Concat(response.RemovedResources.Select(r => "-" + r).Order(StringComparer.Ordinal));
        return string.Join(' ', names.Prepend(type));
    }

    protected string[] ShowAll() => [.. Read().Select(Show)];

    public override void Dispose()
    {
        Session.Dispose();
        base.Dispose();
        Assert.Equal(0, Engine.Counts.Resources);
        Assert.Equal(0, Engine.Counts.Names);
        GC.SuppressFinalize(this);
    }
}
