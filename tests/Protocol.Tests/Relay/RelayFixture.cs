using System.Buffers;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Mesh.Protocol.Ads;
using Mesh.Protocol.Relay;
using Any = Google.Protobuf.WellKnownTypes.Any;

namespace Mesh.Protocol.Tests.Relay;

/// <summary>Messages of a relayed stream.</summary>
public abstract class RelayFixture
{
    protected static byte[] Request(
        XdsType type, string[]? sub = null, string[]? unsub = null, Dictionary<string, string>? held = null, string nonce = "", string? error = null)
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

        return request.ToByteArray();
    }

    protected static byte[] Response(XdsType type, string nonce, (string Name, string Version)[]? resources = null, string[]? removed = null)
    {
        var response = new DeltaDiscoveryResponse { TypeUrl = type.Url, Nonce = nonce };
        response.Resources.AddRange((resources ?? []).Select(resource => Resource(resource.Name, resource.Version)));
        response.RemovedResources.AddRange(removed ?? []);
        return response.ToByteArray();
    }

    protected static Resource Resource(string name, string version) =>
        new() { Name = name, Version = version, Resource_ = new Any { TypeUrl = "t", Value = ByteString.CopyFromUtf8($"{name} {version}") } };

    protected static HeldConfiguration Held(XdsType type, params (string Name, string Version)[] resources) => new(new()
    {
        [type.Url] = resources.ToDictionary(
            resource => resource.Name,
            resource => new HeldResource(resource.Name, resource.Version, Resource(resource.Name, resource.Version).ToByteArray())),
    });

    /// <summary>Names and versions of a type, sorted.</summary>
    protected static string Names(HeldConfiguration configuration, XdsType type) =>
        string.Join(' ', configuration.Of(type.Url).Values.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => $"{r.Name}={r.Version}"));

    /// <summary>The response to a request; null: none.</summary>
    protected static DeltaDiscoveryResponse? Ask(HeldSession session, byte[] request)
    {
        var output = new ArrayBufferWriter<byte>();
        if (!session.Take(request, output))
        {
            Assert.Equal(0, output.WrittenCount);
            return null;
        }

        Assert.Equal(output.WrittenCount - 5, (int)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(output.WrittenSpan[1..]));
        return DeltaDiscoveryResponse.Parser.ParseFrom(output.WrittenSpan[5..]);
    }
}
