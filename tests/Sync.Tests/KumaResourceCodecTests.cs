using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Kuma.Mesh.V1Alpha1;
using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Model.Text;
using Mesh.Policies.Core;
using Mesh.Sync.Names;
using Mesh.Sync.Rules;
using Mesh.Sync.Wire;
using Mesh.Testing.Kds;

namespace Mesh.Sync.Tests;

public sealed class KumaResourceCodecTests
{
    private static readonly ResourceCatalog _catalog = MeshCatalog.Create();

    public static TheoryData<string> Kinds()
    {
        var kinds = new TheoryData<string>();
        foreach (var kind in _catalog.All.Where(k => SyncKinds.Travels(k, SyncDirection.GlobalToZone) || SyncKinds.Travels(k, SyncDirection.ZoneToGlobal)))
        {
            kinds.Add(kind.Kind);
        }

        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Encode_ThenDecode_GivesTheSameResource(string kind)
    {
        var sample = SampleResources.Of(kind);
        var bytes = Encoded(sample);
        var decoded = KumaResourceCodec.Decode(sample.Descriptor, SyncNames.OnWire(sample), bytes);
        Assert.True(decoded.IsReadable, string.Join("; ", decoded.Faults));
        Assert.Equal(ResourceJson.ToNode(sample).ToJsonString(), ResourceJson.ToNode(decoded.Resource).ToJsonString());
        Assert.Equal(bytes, Encoded(decoded.Resource));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decode_DamagedBytes_NeverThrows(string kind)
    {
        var sample = SampleResources.Of(kind);
        var name = SyncNames.OnWire(sample);
        var bytes = Encoded(sample);
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte, Gen.Int[0, bytes.Length]).Sample(
            damage =>
            {
                var (at, value, length) = damage;
                var damaged = bytes[..Math.Max(length, 1)];
                damaged[Math.Min(at, damaged.Length - 1)] = value;
                var decoded = KumaResourceCodec.Decode(sample.Descriptor, name, damaged);
                return decoded.IsReadable || decoded.Faults.All(fault => fault.Name == name && fault.Kind == kind);
            },
            iter: 2000,
            threads: 1);
    }

    [Fact]
    public void Encode_SameLabelsInAnotherOrder_GivesTheSameBytes()
    {
        var one = SampleResources.Of("MeshService") with { Labels = new Dictionary<string, string> { ["b"] = "", ["a"] = "1" } };
        var other = one with { Labels = new Dictionary<string, string> { ["a"] = "1", ["b"] = "" } };
        Assert.Equal(Encoded(one), Encoded(other));
    }

    [Fact]
    public void Encode_SameSelectorInAnotherOrder_GivesTheSameBytes()
    {
        Assert.Equal(Encoded(With("b", "a")), Encoded(With("a", "b")));

        static Resource With(params string[] keys) => SampleResources.Of("MeshMultiZoneService") with
        {
            Spec = new MeshMultiZoneServiceSpec
            {
                Selector = new MultiZoneSelector { MeshService = new LabelSelector { MatchLabels = keys.ToDictionary(key => key, key => key) } },
            },
        };
    }

    [Fact]
    public void Encode_LabelWithoutValue_IsKept()
    {
        var service = SampleResources.Of("MeshService") with { Labels = new Dictionary<string, string> { ["empty"] = "" } };
        Assert.Equal("", KumaResourceCodec.Decode(service.Descriptor, "backend.default", Encoded(service)).Resource!.Labels["empty"]);
    }

    [Fact]
    public void Encode_SpecsOfProtobuf_AreReadByProtobuf()
    {
        var message = KumaResource.Parser.ParseFrom(Encoded(SampleResources.Of("Dataplane")));
        Assert.Equal("type.googleapis.com/kuma.mesh.v1alpha1.Dataplane", message.Spec.TypeUrl);
        Assert.Null(message.Status);
        var inbound = Kuma.Mesh.V1Alpha1.Dataplane.Parser.ParseFrom(message.Spec.Value).Networking.Inbound[0];
        Assert.Equal(Kuma.Mesh.V1Alpha1.Dataplane.Types.Networking.Types.Inbound.Types.State.NotReady, inbound.State);
        Assert.Equal(500_000_000, inbound.ServiceProbe.Interval.Nanos);
        Assert.Equal(4u, inbound.ServiceProbe.UnhealthyThreshold);
    }

    [Fact]
    public void Encode_StatusThatIsNotThere_IsEmptyAsInKuma()
    {
        Assert.Equal("""{"tls":{},"dataplaneProxies":{}}""", StatusOf(SampleResources.Of("MeshService") with { Status = null }));
        Assert.Equal("""{"vip":{}}""", StatusOf(SampleResources.Of("MeshExternalService") with { Status = null }));
        Assert.Equal("{}", StatusOf(SampleResources.Of("MeshTrust") with { Status = null }));

        static string StatusOf(Resource resource) => KumaResource.Parser.ParseFrom(Encoded(resource)).Status.Value.ToStringUtf8();
    }

    [Theory]
    [InlineData("MeshTimeout", "timeouts.default", """{"to":[{"targetRef":{"kind":"Mesh"},"default":{"connectionTimeout":7}}]}""", "spec.to[0].default.connectionTimeout")]
    [InlineData("MeshTimeout", "timeouts.default", """{"to":""", "spec.to")]
    [InlineData("MeshTimeout", "timeouts.default", "null", "spec")]
    [InlineData("MeshZoneAddress", "timeouts.default", """{"address":"0.0.0.0","port":1}""", "spec.address")]
    public void Decode_BadValue_IsNamedWithItsPath(string kind, string name, string spec, string path)
    {
        var message = new KumaResource
        {
            Meta = new KumaResource.Types.Meta { Name = "timeouts", Mesh = "default" },
            Spec = new Any { Value = ByteString.CopyFromUtf8(spec) },
        };
        var fault = Assert.Single(KumaResourceCodec.Decode(_catalog[kind], name, message.ToByteArray()).Faults);
        Assert.Equal((kind, name, path), (fault.Kind, fault.Name, fault.Path));
    }

    [Theory]
    [InlineData("MeshTimeout", """{"to":[null]}""", "spec.to[0]")]
    [InlineData("MeshTimeout", """{"to":[{"targetRef":{"kind":"MeshService","labels":{"app":null}},"default":{}}]}""", "spec.to[0].targetRef.labels.app")]
    [InlineData("MeshService", """{"ports":[{"port":80},null]}""", "spec.ports[1]")]
    [InlineData("MeshTrust", """{"trustDomain":"a","caBundles":[null]}""", "spec.caBundles[0]")]
    public void Decode_NullInAList_IsAFaultAndNoException(string kind, string spec, string path)
    {
        var message = new KumaResource
        {
            Meta = new KumaResource.Types.Meta { Name = "timeouts", Mesh = "default" },
            Spec = new Any { Value = ByteString.CopyFromUtf8(spec) },
        };
        var fault = Assert.Single(KumaResourceCodec.Decode(_catalog[kind], "timeouts.default", message.ToByteArray()).Faults);
        Assert.Equal((path, "is null"), (fault.Path, fault.Message));
    }

    [Fact]
    public void Decode_NullInAStatus_IsAFault()
    {
        var message = KumaResource.Parser.ParseFrom(Encoded(SampleResources.Of("MeshService")));
        message.Status = new Any { Value = ByteString.CopyFromUtf8("""{"addresses":[null]}""") };
        var fault = Assert.Single(KumaResourceCodec.Decode(_catalog["MeshService"], "backend.default", message.ToByteArray()).Faults);
        Assert.Equal("status.addresses[0]", fault.Path);
    }

    [Theory]
    [InlineData("", "default", "meta.name")]
    [InlineData("timeouts", "", "meta.mesh")]
    [InlineData("others", "default", "meta.name")]
    public void Decode_WrongHead_IsAFault(string name, string mesh, string path)
    {
        var message = new KumaResource { Meta = new KumaResource.Types.Meta { Name = name, Mesh = mesh }, Spec = new Any { Value = ByteString.CopyFromUtf8("{}") } };
        var decoded = KumaResourceCodec.Decode(_catalog["MeshTimeout"], "timeouts.default", message.ToByteArray());
        Assert.Equal(path, Assert.Single(decoded.Faults).Path);
    }

    [Fact]
    public void Decode_TooLarge_IsAFault()
    {
        var decoded = KumaResourceCodec.Decode(_catalog["MeshTimeout"], "timeouts.default", new byte[KumaResourceCodec.MaxLength + 1]);
        Assert.Contains("more than", Assert.Single(decoded.Faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_UnknownEnumValue_IsAFault()
    {
        var dataplane = new Kuma.Mesh.V1Alpha1.Dataplane { Networking = new() { Address = "10.0.0.1" } };
        dataplane.Networking.Inbound.Add(new Kuma.Mesh.V1Alpha1.Dataplane.Types.Networking.Types.Inbound { Port = 80, State = (Kuma.Mesh.V1Alpha1.Dataplane.Types.Networking.Types.Inbound.Types.State)9 });
        var message = new KumaResource
        {
            Meta = new KumaResource.Types.Meta { Name = "one", Mesh = "default" },
            Spec = new Any { TypeUrl = "type.googleapis.com/kuma.mesh.v1alpha1.Dataplane", Value = dataplane.ToByteString() },
        };
        var fault = Assert.Single(KumaResourceCodec.Decode(DataplaneKind.Resource, "one.default", message.ToByteArray()).Faults);
        Assert.Equal("spec.networking.inbound[0].state", fault.Path);
    }

    private static byte[] Encoded(Resource resource)
    {
        var bytes = KumaResourceCodec.Encode(resource, out var fault);
        Assert.Null(fault);
        return bytes!;
    }
}
