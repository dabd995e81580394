using Mesh.Model.Kinds;
using Mesh.Model.Resources;
using Mesh.Policies.Core;
using Mesh.Sync.Names;
using Mesh.Sync.Rules;
using Mesh.Sync.Wire;

namespace Mesh.Sync.Tests;

/// <summary>What a running Kuma sent: read, and written again as it was.</summary>
public sealed class RecordedExchangeTests
{
    private static readonly ResourceCatalog _catalog = MeshCatalog.Create();

    [Fact]
    public void Recorded_EveryResource_IsReadAndWrittenAgainAsItWas()
    {
        var differences = new List<string>();
        foreach (var recorded in RecordedResource.All())
        {
            var decoded = KumaResourceCodec.Decode(_catalog[recorded.Type], recorded.Name, recorded.Payload);
            if (!decoded.IsReadable)
            {
                differences.Add(string.Join("; ", decoded.Faults));
                continue;
            }

            var again = KumaResourceCodec.Encode(decoded.Resource, out var fault);
            if (again is null || !again.AsSpan().SequenceEqual(WithoutNanoseconds(recorded, decoded.Resource) ?? recorded.Payload))
            {
                differences.Add($"{recorded.Type} {recorded.Name}: {fault}\n{Show(recorded.Payload)}\n{Show(again)}");
            }
        }

        Assert.True(differences.Count == 0, string.Join("\n\n", differences));
    }

    [Fact]
    public void Recorded_HashedNames_AreThoseThatWeMake()
    {
        var hashed = 0;
        foreach (var recorded in RecordedResource.All())
        {
            var resource = KumaResourceCodec.Decode(_catalog[recorded.Type], recorded.Name, recorded.Payload).Resource!;
            Assert.Equal(recorded.Name, SyncNames.OnWire(resource));
            if (!SyncNames.KeepsName(resource.Descriptor))
            {
                hashed++;
                Assert.Equal(resource.Name, SyncNames.Hashed(resource));
            }
        }

        Assert.True(hashed > 30, $"only {hashed} names with a hash are recorded");
    }

    [Theory]
    [InlineData("GlobalToZoneSync", SyncDirection.GlobalToZone)]
    [InlineData("ZoneToGlobalSync", SyncDirection.ZoneToGlobal)]
    public void Recorded_RequestedTypes_AreThoseThatTravel(string method, SyncDirection direction)
    {
        var ours = SyncKinds.Of(_catalog, direction).Select(kind => kind.Kind).Order(StringComparer.Ordinal);
        Assert.Equal(RecordedResource.Asked(method).Order(StringComparer.Ordinal), ours);
    }

    [Fact]
    public void Recorded_WhatAZoneSent_IsWhatOursWouldSend()
    {
        foreach (var recorded in RecordedResource.All().Where(r => r.Method.EndsWith("ZoneToGlobalSync", StringComparison.Ordinal)))
        {
            var sent = KumaResourceCodec.Decode(_catalog[recorded.Type], recorded.Name, recorded.Payload).Resource!;
            var own = sent with { Name = sent.DisplayName };
            var mapped = new ZoneToGlobalRules("zone-1").Map(own)!.Value.Resource;
            Assert.Equal(KumaResourceCodec.Encode(sent, out _), KumaResourceCodec.Encode(mapped, out _));
        }
    }

    [Fact]
    public void Recorded_WhatGlobalSent_IsWhatOursWouldSend()
    {
        var rules = new GlobalToZoneRules([]);
        foreach (var recorded in RecordedResource.All().Where(r => r.Method.EndsWith("GlobalToZoneSync", StringComparison.Ordinal) && r.Type != GlobalSecretKind.Name))
        {
            var sent = KumaResourceCodec.Decode(_catalog[recorded.Type], recorded.Name, recorded.Payload).Resource!;
            var own = sent with { Name = sent.DisplayName };
            Assert.Equal(KumaResourceCodec.Encode(sent, out _), KumaResourceCodec.Encode(rules.Map(own)!.Value.Resource, out _));
        }
    }

    /// <summary>Times have 100 ns here and 1 ns there: the one thing of an insight that is not kept to the bit.</summary>
    private static byte[]? WithoutNanoseconds(RecordedResource recorded, Resource decoded)
    {
        if (recorded.Type != DataplaneInsightKind.Name)
        {
            return null;
        }

        var message = Kuma.Mesh.V1Alpha1.KumaResource.Parser.ParseFrom(recorded.Payload);
        var insight = Kuma.Mesh.V1Alpha1.DataplaneInsight.Parser.ParseFrom(message.Spec.Value);
        foreach (var subscription in insight.Subscriptions)
        {
            Cut(subscription.ConnectTime);
            Cut(subscription.DisconnectTime);
            Cut(subscription.Status?.LastUpdateTime);
        }

        Cut(insight.MTLS?.CertificateExpirationTime);
        Cut(insight.MTLS?.LastCertificateRegeneration);
        var fields = insight.Metadata?.Fields.OrderBy(f => f.Key, StringComparer.Ordinal).ToList();
        if (fields is not null)
        {
            insight.Metadata!.Fields.Clear();
            foreach (var (key, value) in fields)
            {
                insight.Metadata.Fields.Add(key, value);
            }
        }

        message.Spec.Value = Google.Protobuf.MessageExtensions.ToByteString(insight);
        return Google.Protobuf.MessageExtensions.ToByteArray(message);
    }

    private static void Cut(Google.Protobuf.WellKnownTypes.Timestamp? time)
    {
        if (time is not null)
        {
            time.Nanos -= time.Nanos % 100;
        }
    }

    private static string Show(byte[]? payload) => payload is null ? "nothing" : System.Text.Encoding.UTF8.GetString(payload);
}
