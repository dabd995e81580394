using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>A state-of-the-world stream.</summary>
public abstract class StateFixture : StreamFixture
{
    private bool _nodeSent;

    protected StateFixture() => Session = (StateSession)Open();

    protected StateSession Session { get; private set; }

    protected HashSet<string> Nonces { get; } = [];

    protected override AdsSession NewSession() => new StateSession(Engine, Types, Options, this);

    protected void Reopen()
    {
        Session.Dispose();
        Nonces.Clear();
        _nodeSent = false;
        Session = (StateSession)Open();
    }

    protected void Send(DiscoveryRequest request)
    {
        if (!_nodeSent)
        {
            request.Node = Node;
            _nodeSent = true;
        }

        Session.Receive(request.ToByteArray(), Now);
    }

    protected static DiscoveryRequest Request(XdsType type, string[]? names = null, DiscoveryResponse? answerTo = null, string? error = null)
    {
        var request = new DiscoveryRequest { TypeUrl = type.Url };
        request.ResourceNames.AddRange(names ?? []);
        if (answerTo is not null)
        {
            request.ResponseNonce = answerTo.Nonce;
            request.VersionInfo = error is null ? answerTo.VersionInfo : "";
        }

        if (error is not null)
        {
            request.ErrorDetail = new GoogleApi.Rpc.Status { Code = 13, Message = error };
        }

        return request;
    }

    protected void Subscribe(XdsType type, params string[] names) => Send(Request(type, names));

    protected void Ack(DiscoveryResponse response, params string[] names) => Send(Request(TypeOf(response), names, response));

    protected List<DiscoveryResponse> Read()
    {
        var all = WriteAll(Session).ConvertAll(DiscoveryResponse.Parser.ParseFrom);
        foreach (var response in all)
        {
            Assert.All(response.Resources, r => Assert.Equal(response.TypeUrl, r.TypeUrl));
            Assert.NotEqual("", response.VersionInfo);
            Assert.True(Nonces.Add(response.Nonce));
            Assert.Equal("test", response.ControlPlane.Identifier);
        }

        return all;
    }

    protected DiscoveryResponse ReadOne() => Assert.Single(Read());

    protected string[] ShowAll() => [.. Read().Select(Show)];

    protected static string Show(DiscoveryResponse response) => string.Join(' ', response.Resources
        .Select(r => NameOf(response, r)).Order(StringComparer.Ordinal)
        .Concat(response.ResourceErrors.Select(e => "?" + e.ResourceName.Name).Order(StringComparer.Ordinal))
        .Prepend(TypeOf(response).ShortName));

    protected static XdsType TypeOf(DiscoveryResponse response) => response.TypeUrl switch
    {
        var u when u == XdsTypes.Cluster.Url => XdsTypes.Cluster,
        var u when u == XdsTypes.Endpoint.Url => XdsTypes.Endpoint,
        var u when u == XdsTypes.Listener.Url => XdsTypes.Listener,
        _ => XdsTypes.Route,
    };

    private static string NameOf(DiscoveryResponse response, Google.Protobuf.WellKnownTypes.Any any) => response.TypeUrl switch
    {
        var u when u == XdsTypes.Cluster.Url => EnvoyApi.Config.Cluster.V3.Cluster.Parser.ParseFrom(any.Value).Name,
        var u when u == XdsTypes.Endpoint.Url => EnvoyApi.Config.Endpoint.V3.ClusterLoadAssignment.Parser.ParseFrom(any.Value).ClusterName,
        _ => any.Value.ToStringUtf8(),
    };

    public override void Dispose()
    {
        Session.Dispose();
        base.Dispose();
        Assert.Equal(0, Engine.Counts.Resources);
        Assert.Equal(0, Engine.Counts.Names);
        GC.SuppressFinalize(this);
    }
}
