using Mesh.Load.Responses;
using Mesh.Protocol.Wire;

namespace Mesh.Load.Envoys;

/// <summary>A stream of <c>DeltaAggregatedResources</c>.</summary>
internal sealed class DeltaStream(EnvoyContext context, EnvoyState state, Action<EnvoyStream> reconnect)
    : EnvoyStream(context, state, reconnect)
{
    /// <summary>Path of the method.</summary>
    public const string Path = "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources";

    private const byte Node = 0x0A;
    private const byte TypeUrl = 0x12;
    private const byte Subscribe = 0x1A;
    private const byte Unsubscribe = 0x22;
    private const byte InitialVersions = 0x2A;
    private const byte ResponseNonce = 0x32;
    private const byte ErrorDetail = 0x3A;
    private const byte Key = 0x0A;
    private const byte Value = 0x12;

    protected override bool IsDelta => true;

    protected override int Take(HeldType held, ResponseReader response)
    {
        var count = 0;
        foreach (var entry in response.Entries)
        {
            if (entry < 0)
            {
                State.Remove(held, -entry, Context.Changes);
            }
            else
            {
                count++;
                Take(held, entry, isFullState: false);
            }
        }

        return count;
    }

    protected override void WriteFirst(HeldType held)
    {
        WriteNode(Node);
        FieldWriter.WriteBytes(Context.Request, TypeUrl, held.Kind.Url);
        foreach (var (name, entry) in held.Entries)
        {
            if (!held.Kind.IsWildcard)
            {
                FieldWriter.WriteBytes(Context.Request, Subscribe, Context.Facts.Names[name]);
            }

            var number = HeldType.FactOf(entry);
            if (number > FactTable.Absent)
            {
                var version = Context.Facts[number].Version;
                var key = Context.Facts.Names[name];
                FieldWriter.WriteHead(Context.Request, InitialVersions, FieldWriter.SizeOfBytes(key.Length) + FieldWriter.SizeOfBytes(version.Length));
                FieldWriter.WriteBytes(Context.Request, Key, key);
                FieldWriter.WriteBytes(Context.Request, Value, version);
            }
        }
    }

    protected override void WriteChange(HeldType held)
    {
        FieldWriter.WriteBytes(Context.Request, TypeUrl, held.Kind.Url);
        foreach (var name in Context.Changes.Added(held.Kind))
        {
            FieldWriter.WriteBytes(Context.Request, Subscribe, Context.Facts.Names[name]);
        }

        foreach (var name in Context.Changes.Removed(held.Kind))
        {
            FieldWriter.WriteBytes(Context.Request, Unsubscribe, Context.Facts.Names[name]);
        }
    }

    protected override void WriteAnswer(HeldType held, ReadOnlySpan<byte> nonce, string? error)
    {
        FieldWriter.WriteBytes(Context.Request, TypeUrl, held.Kind.Url);
        FieldWriter.WriteBytes(Context.Request, ResponseNonce, nonce);
        if (error is not null)
        {
            WriteError(ErrorDetail, error);
        }
    }
}
