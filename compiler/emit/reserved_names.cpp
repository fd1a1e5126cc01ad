// The names that emitted C leaves alone: one table each, in the order of the alphabet.
//
// Needs nothing. Guarantees that a name which is in none of these tables and starts neither with
// `dr_`, `dri_`, `DR_`, `PRI` or `SCN` nor as C reserves it (`__`, `_A`) means nothing to a C
// compiler that has read the runtime's headers and those of ISO C.
//
// The tables come from the C23 keywords, `gcc -dM -E` over the ISO C headers, and the declarations
// that remain after preprocessing these headers with all of the C library's extensions on.
#include "emit/names.h"

namespace dream::emit {

// Keywords and macros: no identifier of any kind may be spelled like these.
const char* const kEverywhereReserved =
    "AIO_PRIO_DELTA_MAX BC_BASE_MAX BC_DIM_MAX BC_SCALE_MAX BC_STRING_MAX BIG_ENDIAN BUFSIZ "
    "BUS_ADRALN BUS_ADRERR BUS_MCEERR_AO BUS_MCEERR_AR BUS_OBJERR BYTE_ORDER CHARCLASS_NAME_MAX "
    "CHAR_BIT CHAR_MAX CHAR_MIN CLD_CONTINUED CLD_DUMPED CLD_EXITED CLD_KILLED CLD_STOPPED "
    "CLD_TRAPPED CLOCKS_PER_SEC CLOCK_BOOTTIME CLOCK_BOOTTIME_ALARM CLOCK_MONOTONIC "
    "CLOCK_MONOTONIC_COARSE CLOCK_MONOTONIC_RAW CLOCK_PROCESS_CPUTIME_ID CLOCK_REALTIME "
    "CLOCK_REALTIME_ALARM CLOCK_REALTIME_COARSE CLOCK_TAI CLOCK_THREAD_CPUTIME_ID COLL_WEIGHTS_MAX "
    "DBL_DECIMAL_DIG DBL_DIG DBL_EPSILON DBL_HAS_SUBNORM DBL_MANT_DIG DBL_MAX DBL_MAX_10_EXP "
    "DBL_MAX_EXP DBL_MIN DBL_MIN_10_EXP DBL_MIN_EXP DBL_TRUE_MIN DECIMAL_DIG DELAYTIMER_MAX E2BIG "
    "EACCES EADDRINUSE EADDRNOTAVAIL EADV EAFNOSUPPORT EAGAIN EALREADY EBADE EBADF EBADFD EBADMSG "
    "EBADR EBADRQC EBADSLT EBFONT EBUSY ECANCELED ECHILD ECHRNG ECOMM ECONNABORTED ECONNREFUSED "
    "ECONNRESET EDEADLK EDEADLOCK EDESTADDRREQ EDOM EDOTDOT EDQUOT EEXIST EFAULT EFBIG EHOSTDOWN "
    "EHOSTUNREACH EHWPOISON EIDRM EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR EISNAM "
    "EKEYEXPIRED EKEYREJECTED EKEYREVOKED EL2HLT EL2NSYNC EL3HLT EL3RST ELIBACC ELIBBAD ELIBEXEC "
    "ELIBMAX ELIBSCN ELNRNG ELOOP EMEDIUMTYPE EMFILE EMLINK EMSGSIZE EMULTIHOP ENAMETOOLONG "
    "ENAVAIL ENETDOWN ENETRESET ENETUNREACH ENFILE ENOANO ENOBUFS ENOCSI ENODATA ENODEV ENOENT "
    "ENOEXEC ENOKEY ENOLCK ENOLINK ENOMEDIUM ENOMEM ENOMSG ENONET ENOPKG ENOPROTOOPT ENOSPC ENOSR "
    "ENOSTR ENOSYS ENOTBLK ENOTCONN ENOTDIR ENOTEMPTY ENOTNAM ENOTRECOVERABLE ENOTSOCK ENOTSUP "
    "ENOTTY ENOTUNIQ ENXIO EOF EOPNOTSUPP EOVERFLOW EOWNERDEAD EPERM EPFNOSUPPORT EPIPE EPROTO "
    "EPROTONOSUPPORT EPROTOTYPE ERANGE EREMCHG EREMOTE EREMOTEIO ERESTART ERFKILL EROFS ESHUTDOWN "
    "ESOCKTNOSUPPORT ESPIPE ESRCH ESRMNT ESTALE ESTRPIPE ETIME ETIMEDOUT ETOOMANYREFS ETXTBSY "
    "EUCLEAN EUNATCH EUSERS EWOULDBLOCK EXDEV EXFULL EXIT_FAILURE EXIT_SUCCESS EXPR_NEST_MAX "
    "FD_CLR FD_ISSET FD_SET FD_SETSIZE FD_ZERO FE_ALL_EXCEPT FE_DFL_ENV FE_DIVBYZERO FE_DOWNWARD "
    "FE_INEXACT FE_INVALID FE_OVERFLOW FE_TONEAREST FE_TOWARDZERO FE_UNDERFLOW FE_UPWARD "
    "FILENAME_MAX FLT_DECIMAL_DIG FLT_DIG FLT_EPSILON FLT_EVAL_METHOD FLT_HAS_SUBNORM FLT_MANT_DIG "
    "FLT_MAX FLT_MAX_10_EXP FLT_MAX_EXP FLT_MIN FLT_MIN_10_EXP FLT_MIN_EXP FLT_RADIX FLT_ROUNDS "
    "FLT_TRUE_MIN FOPEN_MAX FPE_CONDTRAP FPE_FLTDIV FPE_FLTINV FPE_FLTOVF FPE_FLTRES FPE_FLTSUB "
    "FPE_FLTUND FPE_FLTUNK FPE_INTDIV FPE_INTOVF FP_ILOGB0 FP_ILOGBNAN FP_INFINITE FP_NAN "
    "FP_NORMAL FP_SUBNORMAL FP_XSTATE_MAGIC1 FP_XSTATE_MAGIC2 FP_XSTATE_MAGIC2_SIZE FP_ZERO "
    "HOST_NAME_MAX HUGE_VAL HUGE_VALF HUGE_VALL ILL_BADIADDR ILL_BADSTK ILL_COPROC ILL_ILLADR "
    "ILL_ILLOPC ILL_ILLOPN ILL_ILLTRP ILL_PRVOPC ILL_PRVREG INFINITY INT16_C INT16_MAX INT16_MIN "
    "INT32_C INT32_MAX INT32_MIN INT64_C INT64_MAX INT64_MIN INT8_C INT8_MAX INT8_MIN INTMAX_C "
    "INTMAX_MAX INTMAX_MIN INTPTR_MAX INTPTR_MIN INT_FAST16_MAX INT_FAST16_MIN INT_FAST32_MAX "
    "INT_FAST32_MIN INT_FAST64_MAX INT_FAST64_MIN INT_FAST8_MAX INT_FAST8_MIN INT_LEAST16_MAX "
    "INT_LEAST16_MIN INT_LEAST32_MAX INT_LEAST32_MIN INT_LEAST64_MAX INT_LEAST64_MIN "
    "INT_LEAST8_MAX INT_LEAST8_MIN INT_MAX INT_MIN LC_ADDRESS LC_ADDRESS_MASK LC_ALL LC_ALL_MASK "
    "LC_COLLATE LC_COLLATE_MASK LC_CTYPE LC_CTYPE_MASK LC_GLOBAL_LOCALE LC_IDENTIFICATION "
    "LC_IDENTIFICATION_MASK LC_MEASUREMENT LC_MEASUREMENT_MASK LC_MESSAGES LC_MESSAGES_MASK "
    "LC_MONETARY LC_MONETARY_MASK LC_NAME LC_NAME_MASK LC_NUMERIC LC_NUMERIC_MASK LC_PAPER "
    "LC_PAPER_MASK LC_TELEPHONE LC_TELEPHONE_MASK LC_TIME LC_TIME_MASK LDBL_DECIMAL_DIG LDBL_DIG "
    "LDBL_EPSILON LDBL_HAS_SUBNORM LDBL_MANT_DIG LDBL_MAX LDBL_MAX_10_EXP LDBL_MAX_EXP LDBL_MIN "
    "LDBL_MIN_10_EXP LDBL_MIN_EXP LDBL_TRUE_MIN LINE_MAX LITTLE_ENDIAN LLONG_MAX LLONG_MIN "
    "LOGIN_NAME_MAX LONG_MAX LONG_MIN L_ctermid L_tmpnam MATH_ERREXCEPT MATH_ERRNO MAX_CANON "
    "MAX_INPUT MB_CUR_MAX MB_LEN_MAX MINSIGSTKSZ MQ_PRIO_MAX M_1_PI M_2_PI M_2_SQRTPI M_E M_LN10 "
    "M_LN2 M_LOG10E M_LOG2E M_PI M_PI_2 M_PI_4 M_SQRT1_2 M_SQRT2 NAME_MAX NAN NFDBITS NGREG "
    "NGROUPS_MAX NSIG NULL PATH_MAX PDP_ENDIAN PIPE_BUF POLL_ERR POLL_HUP POLL_IN POLL_MSG "
    "POLL_OUT POLL_PRI PTHREAD_DESTRUCTOR_ITERATIONS PTHREAD_KEYS_MAX PTHREAD_STACK_MIN "
    "PTRDIFF_MAX PTRDIFF_MIN P_tmpdir RAND_MAX RE_DUP_MAX RTSIG_MAX SA_INTERRUPT SA_NOCLDSTOP "
    "SA_NOCLDWAIT SA_NODEFER SA_NOMASK SA_ONESHOT SA_ONSTACK SA_RESETHAND SA_RESTART SA_SIGINFO "
    "SA_STACK SCHAR_MAX SCHAR_MIN SEEK_CUR SEEK_END SEEK_SET SEGV_ACCADI SEGV_ACCERR SEGV_ADIDERR "
    "SEGV_ADIPERR SEGV_BNDERR SEGV_MAPERR SEGV_MTEAERR SEGV_MTESERR SEGV_PKUERR SEM_VALUE_MAX "
    "SHRT_MAX SHRT_MIN SIGABRT SIGALRM SIGBUS SIGCHLD SIGCLD SIGCONT SIGEV_NONE SIGEV_SIGNAL "
    "SIGEV_THREAD SIGEV_THREAD_ID SIGFPE SIGHUP SIGILL SIGINT SIGIO SIGIOT SIGKILL SIGPIPE SIGPOLL "
    "SIGPROF SIGPWR SIGQUIT SIGRTMAX SIGRTMIN SIGSEGV SIGSTKFLT SIGSTKSZ SIGSTOP SIGSYS SIGTERM "
    "SIGTRAP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGUSR1 SIGUSR2 SIGVTALRM SIGWINCH SIGXCPU SIGXFSZ "
    "SIG_ATOMIC_MAX SIG_ATOMIC_MIN SIG_BLOCK SIG_DFL SIG_ERR SIG_IGN SIG_SETMASK SIG_UNBLOCK "
    "SIZE_MAX SI_ASYNCIO SI_ASYNCNL SI_DETHREAD SI_KERNEL SI_MESGQ SI_QUEUE SI_SIGIO SI_TIMER "
    "SI_TKILL SI_USER SSIZE_MAX SS_DISABLE SS_ONSTACK TIMER_ABSTIME TIME_UTC TMP_MAX TTY_NAME_MAX "
    "UCHAR_MAX UINT16_C UINT16_MAX UINT32_C UINT32_MAX UINT64_C UINT64_MAX UINT8_C UINT8_MAX "
    "UINTMAX_C UINTMAX_MAX UINTPTR_MAX UINT_FAST16_MAX UINT_FAST32_MAX UINT_FAST64_MAX "
    "UINT_FAST8_MAX UINT_LEAST16_MAX UINT_LEAST32_MAX UINT_LEAST64_MAX UINT_LEAST8_MAX UINT_MAX "
    "ULLONG_MAX ULONG_MAX USHRT_MAX WCHAR_MAX WCHAR_MIN WCONTINUED WEXITED WEXITSTATUS "
    "WIFCONTINUED WIFEXITED WIFSIGNALED WIFSTOPPED WINT_MAX WINT_MIN WNOHANG WNOWAIT WSTOPPED "
    "WSTOPSIG WTERMSIG WUNTRACED XATTR_LIST_MAX XATTR_NAME_MAX XATTR_SIZE_MAX alignas alignof "
    "alloca and and_eq argc argv asm assert auto be16toh be32toh be64toh bitand bitor bool break "
    "case char compl complex const constexpr continue default do double else enum errno extern "
    "false far float for fortran fpclassify goto htobe16 htobe32 htole16 htole32 i386 if imaginary "
    "inline int isalnum isalpha isascii isblank iscntrl isdigit isfinite isgraph isgreater "
    "isgreaterequal isinf isless islessequal islessgreater islower isnan isnormal isprint ispunct "
    "isspace isunordered isupper isxdigit le16toh le32toh le64toh linux long main math_errhandling "
    "near noreturn not not_eq nullptr offsetof or or_eq register restrict return sa_handler "
    "sa_sigaction setjmp short si_addr si_addr_lsb si_arch si_band si_call_addr si_fd si_int "
    "si_lower si_overrun si_pid si_pkey si_ptr si_status si_stime si_syscall si_timerid si_uid "
    "si_upper si_utime si_value sigev_notify_attributes sigev_notify_function sigmask signbit "
    "signed sigsetjmp sizeof static static_assert stderr stdin stdout struct switch thread_local "
    "toascii true typedef typeof typeof_unqual union unix unsigned va_arg va_copy va_end va_start "
    "void volatile while xor xor_eq";

// Functions, variables and types of the C library: no name at file scope.
const char* const kLibraryNames =
    "FILE IO_lock_t a64l abort abs acos acosf acosh acoshf acoshl acosl aligned_alloc arc4random "
    "arc4random_buf arc4random_uniform asctime asctime_r asin asinf asinh asinhf asinhl asinl "
    "at_quick_exit atan atan2 atan2f atan2l atanf atanh atanhf atanhl atanl atexit atof atoi atol "
    "atoll atomic_wide_counter bcmp bcopy blkcnt64_t blkcnt_t blksize_t bsearch bzero caddr_t "
    "calloc cbrt cbrtf cbrtl ceil ceilf ceill clearenv clearerr clearerr_unlocked clock "
    "clock_getcpuclockid clock_getres clock_gettime clock_nanosleep clock_settime clock_t "
    "clockid_t copysign copysignf copysignl cos cosf cosh coshf coshl cosl ctermid ctime ctime_r "
    "daddr_t daylight dev_t difftime div div_t double_t dprintf drand48 drand48_r drem dremf dreml "
    "duplocale dysize ecvt ecvt_r erand48 erand48_r erf erfc erfcf erfcl erff erfl exit exp exp2 "
    "exp2f exp2l expf expl explicit_bzero expm1 expm1f expm1l fabs fabsf fabsl fclose fcvt fcvt_r "
    "fd_mask fd_set fdim fdimf fdiml fdopen feclearexcept fegetenv fegetexceptflag fegetround "
    "feholdexcept fenv_t feof feof_unlocked feraiseexcept ferror ferror_unlocked fesetenv "
    "fesetexceptflag fesetround fetestexcept feupdateenv fexcept_t fflush fflush_unlocked ffs ffsl "
    "ffsll fgetc fgetc_unlocked fgetpos fgets fileno fileno_unlocked finite finitef finitel "
    "float_t flockfile floor floorf floorl fma fmaf fmal fmax fmaxf fmaxl fmemopen fmin fminf "
    "fminl fmod fmodf fmodl fopen fpos64_t fpos_t fpregset_t fprintf fputc fputc_unlocked fputs "
    "fread fread_unlocked free freelocale freopen frexp frexpf frexpl fsblkcnt64_t fsblkcnt_t "
    "fscanf fseek fseeko fsetpos fsfilcnt64_t fsfilcnt_t fsid_t fsword_t ftell ftello ftrylockfile "
    "funlockfile fwrite fwrite_unlocked gamma gammaf gammal gcvt getc getc_unlocked getchar "
    "getchar_unlocked getdelim getenv getline getloadavg getsubopt getw gid_t gmtime gmtime_r "
    "gnuc_va_list gregset_t gsignal gwchar_t hypot hypotf hypotl id_t ilogb ilogbf ilogbl imaxabs "
    "imaxdiv imaxdiv_t index initstate initstate_r ino64_t ino_t int16_t int32_t int64_t int8_t "
    "int_fast16_t int_fast32_t int_fast64_t int_fast8_t int_least16_t int_least32_t int_least64_t "
    "int_least8_t intmax_t intptr_t isinff isinfl isnanf isnanl j0 j0f j0l j1 j1f j1l jmp_buf jn "
    "jnf jnl jrand48 jrand48_r key_t kill killpg l64a labs lcong48 lcong48_r ldexp ldexpf ldexpl "
    "ldiv ldiv_t lgamma lgamma_r lgammaf lgammaf_r lgammal lgammal_r llabs lldiv llrint llrintf "
    "llrintl llround llroundf llroundl locale_t localeconv localtime localtime_r loff_t log log10 "
    "log10f log10l log1p log1pf log1pl log2 log2f log2l logb logbf logbl logf logl longjmp lrand48 "
    "lrand48_r lrint lrintf lrintl lround lroundf lroundl malloc max_align_t mblen mbstate_t "
    "mbstowcs mbtowc mcontext_t memccpy memchr memcmp memcpy memmove memset mkdtemp mkstemp "
    "mkstemps mktemp mktime mode_t modf modff modfl mrand48 mrand48_r nan nanf nanl nanosleep "
    "nearbyint nearbyintf nearbyintl newlocale nextafter nextafterf nextafterl nexttoward "
    "nexttowardf nexttowardl nlink_t nrand48 nrand48_r off64_t off_t on_exit once_flag "
    "open_memstream pclose perror pid_t popen posix_memalign pow powf powl printf pselect psiginfo "
    "psignal pthread_attr_t pthread_barrier_t pthread_barrierattr_t pthread_cond_t "
    "pthread_condattr_t pthread_key_t pthread_kill pthread_list_t pthread_mutex_t "
    "pthread_mutexattr_t pthread_once_t pthread_rwlock_t pthread_rwlockattr_t pthread_sigmask "
    "pthread_slist_t pthread_spinlock_t pthread_t ptrdiff_t putc putc_unlocked putchar "
    "putchar_unlocked putenv puts putw qecvt qecvt_r qfcvt qfcvt_r qgcvt qsort quad_t quick_exit "
    "raise rand rand_r random random_r realloc reallocarray realpath register_t remainder "
    "remainderf remainderl remove remquo remquof remquol rename renameat rewind rindex rint rintf "
    "rintl rlim64_t rlim_t round roundf roundl rpmatch scalb scalbf scalbl scalbln scalblnf "
    "scalblnl scalbn scalbnf scalbnl scanf seed48 seed48_r select setbuf setbuffer setenv "
    "setlinebuf setlocale setstate setstate_r setvbuf si_signo sig_atomic_t sig_t sigaction "
    "sigaddset sigaltstack sigblock sigdelset sigemptyset sigevent_t sigfillset siggetmask "
    "siginterrupt sigismember sigjmp_buf siglongjmp signal signgam significand significandf "
    "significandl sigpending sigprocmask sigqueue sigreturn sigset_t sigsetmask sigstack "
    "sigsuspend sigtimedwait sigval_t sigwait sigwaitinfo sin sinf sinh sinhf sinhl sinl size_t "
    "snprintf socklen_t sprintf sqrt sqrtf sqrtl srand srand48 srand48_r srandom srandom_r sscanf "
    "ssignal ssize_t stack_t stpcpy stpncpy strcasecmp strcat strchr strcmp strcoll strcpy strcspn "
    "strdup strerror strerror_r strftime strlen strncasecmp strncat strncmp strncpy strndup "
    "strnlen strpbrk strrchr strsep strsignal strspn strstr strtod strtof strtoimax strtok "
    "strtok_r strtol strtold strtoll strtoq strtoul strtoull strtoumax strtouq strxfrm "
    "suseconds64_t suseconds_t syscall_slong_t syscall_ulong_t system tan tanf tanh tanhf tanhl "
    "tanl tempnam tgamma tgammaf tgammal thrd_t time time_t timegm timelocal timer_create "
    "timer_delete timer_getoverrun timer_gettime timer_settime timer_t timespec_get timezone "
    "tmpfile tmpnam tmpnam_r tolower toupper trunc truncf truncl tss_t tzset u_char u_int "
    "u_int16_t u_int32_t u_int64_t u_int8_t u_long u_quad_t u_short ucontext_t uid_t uint uint16_t "
    "uint32_t uint64_t uint8_t uint_fast16_t uint_fast32_t uint_fast64_t uint_fast8_t "
    "uint_least16_t uint_least32_t uint_least64_t uint_least8_t uintmax_t uintptr_t ulong ungetc "
    "unsetenv useconds_t uselocale ushort va_list valloc vdprintf vfprintf vfscanf vprintf vscanf "
    "vsnprintf vsprintf vsscanf wchar_t wcstoimax wcstombs wcstoumax wctomb y0 y0f y0l y1 y1f y1l "
    "yn ynf ynl";

// The functions of ISO C by the header that declares them: `extern` declarations of these in Dream
// become an #include, never a prototype of their own.
const HeaderNames kHeaders[] = {
    {"ctype",
     "isalnum isalpha isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper "
     "isxdigit tolower toupper"},
    {"fenv",
     "feclearexcept fegetenv fegetexceptflag fegetround feholdexcept feraiseexcept fesetenv "
     "fesetexceptflag fesetround fetestexcept feupdateenv"},
    {"inttypes",
     "imaxabs imaxdiv strtoimax strtoumax wcstoimax wcstoumax"},
    {"locale",
     "localeconv setlocale"},
    {"math",
     "acos acosf acosh acoshf acoshl acosl asin asinf asinh asinhf asinhl asinl atan atan2 atan2f "
     "atan2l atanf atanh atanhf atanhl atanl cbrt cbrtf cbrtl ceil ceilf ceill copysign copysignf "
     "copysignl cos cosf cosh coshf coshl cosl erf erfc erfcf erfcl erff erfl exp exp2 exp2f exp2l "
     "expf expl expm1 expm1f expm1l fabs fabsf fabsl fdim fdimf fdiml floor floorf floorl fma fmaf "
     "fmal fmax fmaxf fmaxl fmin fminf fminl fmod fmodf fmodl frexp frexpf frexpl hypot hypotf "
     "hypotl ilogb ilogbf ilogbl ldexp ldexpf ldexpl lgamma lgammaf lgammal llrint llrintf llrintl "
     "llround llroundf llroundl log log10 log10f log10l log1p log1pf log1pl log2 log2f log2l logb "
     "logbf logbl logf logl lrint lrintf lrintl lround lroundf lroundl modf modff modfl nan nanf "
     "nanl nearbyint nearbyintf nearbyintl nextafter nextafterf nextafterl nexttoward nexttowardf "
     "nexttowardl pow powf powl remainder remainderf remainderl remquo remquof remquol rint rintf "
     "rintl round roundf roundl scalbln scalblnf scalblnl scalbn scalbnf scalbnl sin sinf sinh "
     "sinhf sinhl sinl sqrt sqrtf sqrtl tan tanf tanh tanhf tanhl tanl tgamma tgammaf tgammal "
     "trunc truncf truncl"},
    {"setjmp",
     "longjmp setjmp"},
    {"signal",
     "raise signal"},
    {"stdio",
     "clearerr fclose feof ferror fflush fgetc fgetpos fgets fopen fprintf fputc fputs fread "
     "freopen fscanf fseek fsetpos ftell fwrite getc getchar perror printf putc putchar puts "
     "remove rename rewind scanf setbuf setvbuf snprintf sprintf sscanf tmpfile tmpnam ungetc "
     "vfprintf vfscanf vprintf vscanf vsnprintf vsprintf vsscanf"},
    {"stdlib",
     "abort abs aligned_alloc at_quick_exit atexit atof atoi atol atoll bsearch calloc div exit "
     "free getenv labs ldiv llabs lldiv malloc mblen mbstowcs mbtowc qsort quick_exit rand realloc "
     "srand strtod strtof strtol strtold strtoll strtoul strtoull system wcstombs wctomb"},
    {"string",
     "memchr memcmp memcpy memmove memset strcat strchr strcmp strcoll strcpy strcspn strerror "
     "strlen strncat strncmp strncpy strpbrk strrchr strspn strstr strtok strxfrm"},
    {"time",
     "asctime clock ctime difftime gmtime localtime mktime strftime time timespec_get"}};
const int kHeaderCount = sizeof(kHeaders) / sizeof(kHeaders[0]);

}  // namespace dream::emit
