using System.Buffers;
using System.Runtime.InteropServices;
using FASTER.core;
using Mesh.Stores.Embedded.Storage;

namespace Mesh.Stores.Embedded.Log;

/// <summary>Lets FASTER read and write a storage file, in the calling thread. The first fault is kept and ends all writing.</summary>
internal sealed class FasterFileDevice(IStorageFile file) : StorageDeviceBase(file.Name, SectorBytes, capacity: -1)
{
    /// <summary>Writes begin and end at multiples of this.</summary>
    public const int SectorBytes = 512;

    private const uint ErrorCode = 5;

    /// <summary>The first fault, or null.</summary>
    public Exception? Fault { get; private set; }

    /// <inheritdoc/>
    public override void WriteAsync(
        IntPtr sourceAddress, int segmentId, ulong destinationAddress, uint numBytesToWrite, DeviceIOCompletionCallback callback, object context)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)numBytesToWrite);
        try
        {
            if (Fault is null)
            {
                Marshal.Copy(sourceAddress, buffer, 0, (int)numBytesToWrite);
                file.Write(OffsetOf(segmentId, destinationAddress), buffer.AsSpan(0, (int)numBytesToWrite));
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Fault = fault;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }

        callback(Fault is null ? 0 : ErrorCode, Fault is null ? numBytesToWrite : 0, context);
    }

    /// <inheritdoc/>
    public override void ReadAsync(
        int segmentId, ulong sourceAddress, IntPtr destinationAddress, uint readLength, DeviceIOCompletionCallback callback, object context)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)readLength);
        var error = 0u;
        try
        {
            var count = file.Read(OffsetOf(segmentId, sourceAddress), buffer.AsSpan(0, (int)readLength));

            // Behind the end of the file there is nothing yet: zeros.
            buffer.AsSpan(count, (int)readLength - count).Clear();
            Marshal.Copy(buffer, 0, destinationAddress, (int)readLength);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            Fault = fault;
            error = ErrorCode;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }

        callback(error, error == 0 ? readLength : 0, context);
    }

    /// <inheritdoc/>
    public override void RemoveSegmentAsync(int segment, AsyncCallback callback, IAsyncResult result) => callback(result);

    /// <inheritdoc/>
    public override void Dispose()
    {
        // The file is its opener's.
    }

    private long OffsetOf(int segmentId, ulong address) => checked((segmentId * SegmentSize) + (long)address);
}
