using System.Buffers;
using System.Diagnostics;
using Mesh.Engine;
using Mesh.Engine.Content;
using Mesh.Engine.Snapshots;
using Mesh.Protocol.Wire;

namespace Mesh.Protocol.Ads;

/// <summary>
/// What is left to write of a large response: resources, which stay in memory once for all streams until they are written. So a client that is
/// slow makes its stream hold one piece of a response, however large the response is.
/// </summary>
internal struct ResponseRest
{
    /// <summary>Bytes of resources that are written at once. With those of frames, and mostly with the head of the response, they fit into 32 KiB.</summary>
    private const int PieceSize = 31 * 1024;

    private TypeChannel? _channel;
    private ResourceSlice? _slice;
    private ResourceRef[]? _resources;
    private int _count;
    private int _next;
    private int _offset;
    private long _nonce;
    private bool _isDelta;

    /// <summary>Whether a response is begun and not written to its end.</summary>
    public readonly bool IsOpen => _channel is not null;

    /// <summary>Writes the resources of a response, of a large one the first piece; what comes before them is written.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="engine">What has the resources' bytes.</param>
    /// <param name="channel">Whose response it is; its target has the resources.</param>
    /// <param name="plan">What is to be written.</param>
    /// <param name="nonce">Of the response.</param>
    /// <param name="length">Bytes of the whole message.</param>
    /// <param name="isDelta">Whether resources are written as fields of a delta response.</param>
    /// <param name="now">Time of the session.</param>
    public void Begin(
        IBufferWriter<byte> output, ResourceEngine engine, TypeChannel channel, ResponsePlan plan, long nonce, int length, bool isDelta, long now)
    {
        Debug.Assert(!IsOpen, "one response at a time");
        var resources = plan.Resources;
        _isDelta = isDelta;
        if (length <= PieceSize || resources.Count == 0)
        {
            foreach (var resource in resources)
            {
                output.Write(Field(engine, resource));
            }

            return;
        }

        _slice = channel.Target!;
        _slice.AddReference();
        _count = resources.Count;
        _resources = ArrayPool<ResourceRef>.Shared.Rent(_count);
        resources.CopyTo(_resources);
        (_channel, _nonce) = (channel, nonce);
        (_next, _offset) = (0, 0);
        Write(output, engine, now);
    }

    /// <summary>Writes the next piece.</summary>
    public void Write(IBufferWriter<byte> output, ResourceEngine engine, long now)
    {
        var left = PieceSize;
        if (_next > 0 || _offset > 0)
        {
            // As the prefix of a message does, so that the output does not grow by and by.
            _ = output.GetSpan(FieldWriter.LargestHint);
        }

        for (; _next < _count; _next++)
        {
            var field = Field(engine, _resources![_next])[_offset..];
            if (field.Length > left)
            {
                output.Write(field[..left]);
                _offset += left;
                return;
            }

            output.Write(field);
            left -= field.Length;
            _offset = 0;
        }

        // Its answer, if it is an honest one, comes from now on.
        _channel!.SentWhole(_nonce, now);
        Release(engine);
    }

    /// <summary>Nothing more is written of it.</summary>
    public void Release(ResourceEngine engine)
    {
        if (IsOpen)
        {
            engine.Release(_slice!);
            ArrayPool<ResourceRef>.Shared.Return(_resources!);
            (_channel, _slice, _resources) = (null, null, null);
        }
    }

    private readonly ReadOnlySpan<byte> Field(ResourceEngine engine, ResourceRef resource) =>
        _isDelta ? engine.DeltaField(resource) : engine.StateField(resource);
}
