using System.Buffers;

namespace Mesh.Server.Ads.Transport;

/// <summary>Pooled arrays for bytes on their way, counted.</summary>
internal sealed class TransportBuffers
{
    private long _rented;

    /// <summary>Bytes of the arrays in use.</summary>
    public long RentedBytes => Volatile.Read(ref _rented);

    public byte[] Rent(int size)
    {
        var array = ArrayPool<byte>.Shared.Rent(size);
        Interlocked.Add(ref _rented, array.Length);
        return array;
    }

    public void Return(byte[] array)
    {
        Interlocked.Add(ref _rented, -array.Length);
        ArrayPool<byte>.Shared.Return(array);
    }
}
