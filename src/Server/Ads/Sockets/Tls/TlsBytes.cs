using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mesh.Server.Ads.Sockets.Tls;

/// <summary>What OpenSSL reads from and writes to: the caller's buffers (a BIO whose data is a <see cref="TlsRoom"/>).</summary>
internal static unsafe class TlsBytes
{
    private static readonly nint _method = CreateMethod();

    /// <summary>One for a connection, which frees it.</summary>
    public static nint Create(TlsRoom* room)
    {
        var bio = LibSsl.Check(LibSsl.BIO_new(_method));
        LibSsl.BIO_set_data(bio, (nint)room);
        LibSsl.BIO_set_init(bio, 1);
        return bio;
    }

    private static nint CreateMethod()
    {
        var method = LibSsl.Check(LibSsl.BIO_meth_new(LibSsl.BIO_get_new_index() | LibSsl.BioTypeSourceSink, "mesh"));
        LibSsl.Check(LibSsl.BIO_meth_set_read(method, &Read));
        LibSsl.Check(LibSsl.BIO_meth_set_write(method, &Write));
        LibSsl.Check(LibSsl.BIO_meth_set_ctrl(method, &Control));
        return method;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(nint bio, byte* buffer, int length)
    {
        LibSsl.BIO_clear_flags(bio, LibSsl.BioFlagsOfRetry);
        var room = (TlsRoom*)LibSsl.BIO_get_data(bio);
        var taken = Math.Min(length, room->InputLength);
        if (taken <= 0)
        {
            LibSsl.BIO_set_flags(bio, LibSsl.BioFlagRead | LibSsl.BioFlagShouldRetry);
            return -1;
        }

        new ReadOnlySpan<byte>(room->Input, taken).CopyTo(new Span<byte>(buffer, taken));
        room->Input += taken;
        room->InputLength -= taken;
        return taken;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint bio, byte* bytes, int length)
    {
        LibSsl.BIO_clear_flags(bio, LibSsl.BioFlagsOfRetry);
        var room = (TlsRoom*)LibSsl.BIO_get_data(bio);
        var put = Math.Min(length, room->OutputRoom);
        if (put <= 0)
        {
            LibSsl.BIO_set_flags(bio, LibSsl.BioFlagWrite | LibSsl.BioFlagShouldRetry);
            return -1;
        }

        new ReadOnlySpan<byte>(bytes, put).CopyTo(new Span<byte>(room->Output, put));
        room->Output += put;
        room->OutputRoom -= put;
        return put;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static nint Control(nint bio, int command, nint number, nint pointer) => command == LibSsl.BioCtrlFlush ? 1 : 0;
}
